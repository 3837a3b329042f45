package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.Filter;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.signature.Providers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [HandlerEntries] and [HandlerOptions].
class HandlerEntriesTest {
    private static final Source SHOP = Source.of("shop", Providers.named("none").orElseThrow());
    private static final Catalog DECLARED =
            Catalog.of(
                    List.of(SHOP),
                    List.of(
                            new Destination.Handler(
                                    "declared",
                                    Duration.ofSeconds(1),
                                    1,
                                    null,
                                    BreakerPolicy.DEFAULT)),
                    List.of());

    private static HandlerEntries.Entry entry(String source, String type) {
        return HandlerEntries.Entry.of(source, type, HandlerOptions.DEFAULT);
    }

    @Test
    void a_handler_is_a_destination_and_a_subscription_of_one_name_with_all_its_options()
            throws Filter.InvalidFilter {
        RetryPolicy retry = new RetryPolicy(2, Duration.ZERO, 1, Duration.ZERO, 0);
        BreakerPolicy breaker = new BreakerPolicy(9, Duration.ofSeconds(9), 2);
        Filter filter = Filter.compile("event.type == \"a\"");
        RateLimit rate = new RateLimit(3, 4);
        EventValidation validation = new EventValidation(List.of("/id"), null);
        HandlerOptions options =
                HandlerOptions.DEFAULT.with(
                        o ->
                                o.name("agent")
                                        .filter(filter)
                                        .retry(retry)
                                        .breaker(breaker)
                                        .timeout(Duration.ofSeconds(3))
                                        .concurrency(7)
                                        .rate(rate)
                                        .validation(validation)
                                        .enrichment(event -> Map.of("k", "v")));
        // What was set stays when something else is changed.
        HandlerOptions changed = options.with(o -> o.concurrency(8));
        assertThat(changed.concurrency()).isEqualTo(8);
        assertThat(changed.with(o -> o.concurrency(7))).isEqualTo(options);

        HandlerEntries.Entry entry = HandlerEntries.Entry.of("shop", "order.*", options);
        assertThat(entry.destination())
                .isEqualTo(
                        new Destination.Handler("agent", Duration.ofSeconds(3), 7, rate, breaker));
        assertThat(entry.subscription())
                .isEqualTo(
                        new Subscription(
                                "agent",
                                "shop",
                                List.of("order.*"),
                                filter,
                                "agent",
                                retry,
                                validation));
    }

    @Test
    void without_a_name_it_is_named_after_source_and_type() {
        assertThat(entry("shop", "order.*").destination().name()).isEqualTo("handler:shop:order.*");
    }

    @Test
    void handlers_stand_beside_what_is_declared() {
        Catalog merged =
                HandlerEntries.NONE
                        .with(entry("shop", "a"))
                        .with(entry("belay", "delivery.dead"))
                        .mergedInto(DECLARED);
        assertThat(merged.destinations())
                .containsOnlyKeys("declared", "handler:shop:a", "handler:belay:delivery.dead");
        assertThat(merged.subscriptionsTo("shop")).hasSize(1);
        assertThat(merged.subscriptionsTo("belay")).hasSize(1);
        assertThat(HandlerEntries.NONE.mergedInto(DECLARED)).isSameAs(DECLARED);
    }

    @Test
    void a_handler_whose_source_is_gone_keeps_its_destination_only() {
        Catalog merged = HandlerEntries.NONE.with(entry("shop", "a")).mergedInto(Catalog.empty());
        assertThat(merged.destination("handler:shop:a")).isNotNull();
        assertThat(merged.subscriptions()).isEmpty();
    }

    @Test
    void a_name_is_taken_once() {
        HandlerEntries one = HandlerEntries.NONE.with(entry("shop", "a"));
        assertThatThrownBy(() -> one.with(entry("shop", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("handler:shop:a");
        HandlerEntries.Entry clash =
                HandlerEntries.Entry.of(
                        "shop", "a", HandlerOptions.DEFAULT.with(o -> o.name("declared")));
        assertThatThrownBy(() -> HandlerEntries.NONE.with(clash).mergedInto(DECLARED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("declared");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 120_001})
    void a_timeout_has_a_range(long millis) {
        assertThatThrownBy(
                        () ->
                                HandlerOptions.DEFAULT.with(
                                        o -> o.timeout(Duration.ofMillis(millis))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void at_least_one_call_at_once() {
        assertThatThrownBy(() -> HandlerOptions.DEFAULT.with(o -> o.concurrency(0)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
