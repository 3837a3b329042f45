package dev.belay.system.simulation;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.DedupeRule;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Filter;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.event.Event;
import dev.belay.history.Retention;
import dev.belay.ingest.IngestLimits;
import dev.belay.signature.Providers;
import dev.belay.signature.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a seed stands for: what is declared, how much comes, and what goes wrong.
///
/// @param faults none in a calm run
/// @param spanMicros how long there is traffic and trouble
/// @param messages how many messages senders have
/// @param sources what is declared at the start
/// @param destinations what is declared at the start; [#NOTICES] is told of dead letters
/// @param subscriptions what is declared at the start
record Plan(
        Set<Fault> faults,
        long spanMicros,
        int messages,
        List<Source> sources,
        List<Destination> destinations,
        List<Subscription> subscriptions,
        DispatcherLimits limits,
        IngestLimits ingest,
        Retention.Windows windows) {
    /// Signed with a timestamp.
    static final String SHOP = "shop";

    /// Signed without one.
    static final String HUB = "hub";

    /// The destination of operational notices.
    static final String NOTICES = "ops";

    static final List<String> TYPES = List.of("order.paid", "order.sent", "user.new");

    static final Secret SHOP_SECRET = Secret.of("whsec_c2ltdWxhdGVkLXNlY3JldC1vZi10aGUtc2hvcA==");
    static final Secret HUB_SECRET = Secret.of("simulated-secret-of-the-hub");

    /// Longest that anything of a run's own may take once faults have stopped.
    static final Duration PATIENCE = Duration.ofHours(6);

    private static final Filter PAID = filter("event.type == 'order.paid'");
    private static final Filter BROKEN = filter("event.type.size() / 0 == 1");

    private static Filter filter(String text) {
        try {
            return Filter.compile(text);
        } catch (Filter.InvalidFilter e) {
            throw new IllegalStateException(e);
        }
    }

    static Plan of(Dice dice) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        if (!dice.chance(0.1)) {
            for (Fault fault : Fault.values()) {
                if (dice.chance(0.4)) {
                    faults.add(fault);
                }
            }
        }
        List<Destination> destinations = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        int count = dice.between(1, 4);
        for (int i = 0; i < count; i++) {
            String name = "d" + i;
            destinations.add(destination(name, dice));
            int subs = dice.chance(0.2) ? 2 : 1;
            for (int s = 0; s < subs; s++) {
                subscriptions.add(subscription(name + "-" + s, name, dice));
            }
        }
        if (dice.chance(0.6)) {
            destinations.add(destination(NOTICES, dice));
            subscriptions.add(
                    new Subscription(
                            NOTICES,
                            Event.BUILT_IN_SOURCE,
                            List.of(),
                            null,
                            NOTICES,
                            retry(dice),
                            null));
        }
        return new Plan(
                faults,
                dice.skewed(20, 600) * 1_000_000,
                dice.between(3, 30),
                List.of(
                        source(SHOP, "standard-webhooks", SHOP_SECRET, dice),
                        source(HUB, "github", HUB_SECRET, dice)),
                destinations,
                subscriptions,
                limits(dice),
                dice.chance(0.2) ? IngestLimits.of(3, 1_000) : IngestLimits.DEFAULT,
                new Retention.Windows(
                        Duration.ofSeconds(dice.skewed(10, 3_600)),
                        Duration.ofSeconds(dice.skewed(10, 7_200))));
    }

    boolean isCalm() {
        return faults.isEmpty();
    }

    Catalog catalog() {
        return Catalog.of(sources, destinations, subscriptions);
    }

    @Nullable Subscription subscription(String name) {
        return subscriptions.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
    }

    Destination destination(String name) {
        return destinations.stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
    }

    boolean tellsNotices() {
        return destinations.getLast().name().equals(NOTICES);
    }

    private static Source source(String name, String provider, Secret secret, Dice dice) {
        Source all = Source.of(name, Providers.named(provider).orElseThrow(), secret);
        return new Source(
                name,
                all.provider(),
                all.secrets(),
                all.eventId(),
                all.eventType(),
                new DedupeRule(dice.oneOf(DedupeRule.DEFAULT.window(), Duration.ofDays(3)), false),
                all.limits());
    }

    private static Destination destination(String name, Dice dice) {
        return new Destination.Handler(
                name,
                Duration.ofSeconds(dice.oneOf(1, 10, 30, 120)),
                dice.oneOf(1, 2, 8, 32),
                dice.chance(0.15) ? new RateLimit(dice.oneOf(0.5, 3.0, 20.0), 2) : null,
                new BreakerPolicy(
                        dice.between(1, 5),
                        Duration.ofSeconds(dice.oneOf(1, 5, 30)),
                        dice.chance(0.2) ? 2 : 1));
    }

    private static Subscription subscription(String name, String destination, Dice dice) {
        List<String> types =
                dice.oneOf(
                        List.<String>of(),
                        List.<String>of(),
                        List.of("order.*"),
                        List.of("order.paid", "user.new"));
        Filter filter = dice.chance(0.1) ? PAID : dice.chance(0.03) ? BROKEN : null;
        String source = dice.oneOf(SHOP, SHOP, HUB, HUB, Event.PUBLISHED_SOURCE);
        return new Subscription(name, source, types, filter, destination, retry(dice), null);
    }

    private static RetryPolicy retry(Dice dice) {
        return new RetryPolicy(
                dice.between(1, 5),
                Duration.ofMillis(dice.oneOf(0, 50, 500, 2_000)),
                dice.oneOf(1, 2, 3),
                Duration.ofMillis(dice.oneOf(1_000, 10_000, 60_000)),
                dice.oneOf(0.0, 0.1, 1.0));
    }

    private static DispatcherLimits limits(Dice dice) {
        return new DispatcherLimits(
                Duration.ofSeconds(dice.between(131, 200)),
                dice.oneOf(1, 2, 8, 1_024),
                dice.oneOf(0L, 300L, 64L << 20),
                Duration.ofSeconds(dice.oneOf(1, 5, 20)),
                dice.between(1, 4),
                Duration.ofSeconds(dice.oneOf(10, 120)),
                dice.oneOf(0, 2, 10));
    }

    /// Whether the subscription wants an event of this type, as declared and without the engine's
    /// help.
    static boolean wants(Subscription subscription, String type) {
        boolean typed =
                subscription.types().isEmpty()
                        || subscription.types().contains(type)
                        || (subscription.types().contains("order.*") && type.startsWith("order."));
        return typed && (!has(subscription, PAID) || type.equals("order.paid"));
    }

    private static boolean has(Subscription subscription, Filter filter) {
        return subscription.filter() != null && subscription.filter().text().equals(filter.text());
    }
}
