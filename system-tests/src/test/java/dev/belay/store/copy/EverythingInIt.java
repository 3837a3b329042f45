package dev.belay.store.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.ingest.EventJournal.Redelivery;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.signature.Headers;
import dev.belay.store.contract.Stock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A store in which there is a row of every kind, put there through the ports.
///
/// @param known an event whose sender can send it again
/// @param forgotten one that was removed, but not its key
/// @param repeated one whose key is that of an older one, which had expired
/// @param leased a delivery whose attempt was under way at the end
/// @param dead a dead letter
record EverythingInIt(
        Event known, Event forgotten, Event repeated, Delivery leased, Delivery dead) {
    /// Characters that other encodings and `text` columns would not bear.
    private static final String ODD = "nul \0, e\u0301, \ud83d\udc1d, \u202e";

    private static final Duration DAY = Duration.ofDays(1);

    static EverythingInIt put(Stock stock) {
        Event expired = stock.event("again", "the first");
        stock.store(expired);
        stock.advance(Stock.KEY_KEPT.minus(DAY));
        Event forgotten = stock.event("forgotten", "{}");
        stock.store(forgotten);
        stock.advance(DAY);
        Event repeated = stock.event("again", "the second");
        stock.store(repeated);
        Instant now = stock.now();
        // A store may remove them in several steps.
        int removed = 0;
        while (removed < 2) {
            removed += stock.ports().history().purge(now, now, now, 100);
        }
        assertThat(stock.ports().history().event(forgotten.id())).isEmpty();
        declare(stock);
        reject(stock);
        Event known = bytes(stock);
        stock.store(known, Stock.to("later", new DeliveryState.Due(stock.now().plusSeconds(60))));
        stock.store(stock.event("crm", null, ODD, "x".repeat(5_000)));
        history(stock);
        Delivery dead = stock.dead("crm", DeadReason.FILTER_FAILED);
        stock.ports()
                .journal()
                .replay(
                        List.of(
                                new Redelivery(
                                        dead.id().event(),
                                        new NewDelivery(
                                                "crm",
                                                "to-crm",
                                                dead.id(),
                                                new DeliveryState.Due(stock.now())))),
                        stock.now())
                .join();
        stock.held("crm");
        return new EverythingInIt(known, forgotten, repeated, stock.leased("mailer"), dead);
    }

    private static Event bytes(Stock stock) {
        byte[] all = new byte[512];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return new Event(
                stock.id(),
                "shop",
                "order.paid",
                "known",
                stock.now(),
                Headers.of("X-Twice", "one", "X-Twice", ODD, "x-empty", ""),
                Body.of(all));
    }

    private static void declare(Stock stock) {
        stock.ports()
                .catalog()
                .change(
                        List.of(
                                declaration("source", "shop"),
                                declaration("source", "crm"),
                                declaration("destination", "Mailer"),
                                declaration("destination", "crm-2"),
                                declaration("destination", "crm_1")),
                        List.of());
        stock.ports()
                .catalog()
                .setStanding("crm", new Standing(Standing.Mode.PAUSED, "by hand, \u00fc"));
    }

    private static Declaration declaration(String kind, String name) {
        return new Declaration(
                new Declaration.Key(kind, name), "api", "{\"name\":\"%s\"}".formatted(name));
    }

    private static void reject(Stock stock) {
        for (String source : List.of("shop", "crm")) {
            stock.ports()
                    .journal()
                    .reject(
                            new Reject(
                                    stock.now(),
                                    source,
                                    "mismatch",
                                    new InboundRequest(
                                            source,
                                            "POST",
                                            "/in/" + source + "?" + ODD,
                                            Headers.of("X-Odd", ODD),
                                            Body.of(ODD.getBytes(StandardCharsets.UTF_8)),
                                            "127.0.0.1")));
        }
        stock.drain();
    }

    /// Deliveries with every outcome and every change of state.
    private static void history(Stock stock) {
        for (AttemptOutcome outcome :
                List.of(
                        new AttemptOutcome.Refused(503, Duration.ofSeconds(7)),
                        new AttemptOutcome.Unreachable(AttemptOutcome.Trouble.TLS_EXPIRED),
                        new AttemptOutcome.Threw(ODD),
                        new AttemptOutcome.Invalid("no /id"))) {
            Delivery tried = stock.leased("mailer");
            Attempt attempt =
                    new Attempt(
                            tried.id(),
                            1,
                            stock.now(),
                            Duration.ofNanos(1_234_567_891),
                            outcome,
                            new Attempt.Response(
                                    Headers.of("X-Odd", ODD), Body.of(new byte[] {0, -1}), true));
            stock.ports()
                    .queue()
                    .settle(
                            new Settle(
                                    tried,
                                    Stock.token(tried),
                                    attempt,
                                    new Settlement.RetryAt(stock.now().plusSeconds(9), false),
                                    List.of()))
                    .join();
        }
        stock.delivered("mailer");
        Delivery given = stock.leased("crm");
        stock.ports()
                .queue()
                .release(List.of(new Release(given.id(), Stock.token(given), stock.now())))
                .join();
        stock.due("gone", stock.now());
        stock.ports()
                .queue()
                .bury("gone", DeadReason.DESTINATION_REMOVED, stock.now(), 10, DeadNotices.NONE)
                .join();
        // A lease lost, and its delivery retried since.
        stock.leased("lost");
        stock.advance(Stock.LEASE);
        stock.ports().queue().rescue(stock.now(), 3, 10, DeadNotices.NONE).join();
    }
}
