package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Acknowledged;
import dev.belay.delivery.AttemptOutcome.Threw;
import dev.belay.delivery.AttemptOutcome.TimedOut;
import dev.belay.delivery.Handler;
import dev.belay.delivery.Transport.Sent;
import dev.belay.event.Event;
import dev.belay.time.SystemTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Handlers return, throw, hang and are not there.
class HandlerTransportTest {
    private final SystemTimers timers = new SystemTimers();
    private final HandlerTransport transport = new HandlerTransport(timers);
    private final Event event = Attempts.event();

    @AfterEach
    void close() {
        timers.close();
    }

    private AttemptOutcome outcome(Duration timeout) throws Exception {
        Destination destination =
                new Destination.Handler("agent", timeout, 4, null, BreakerPolicy.DEFAULT);
        Sent sent =
                new RoutingTransport(sending -> null, transport)
                        .send(Attempts.sending(destination, event))
                        .get(30, TimeUnit.SECONDS);
        assertThat(sent.response()).isNull();
        return sent.outcome();
    }

    private AttemptOutcome outcome() throws Exception {
        return outcome(Duration.ofSeconds(10));
    }

    @Test
    void returning_acknowledges_and_the_handler_sees_event_delivery_and_attributes()
            throws Exception {
        List<Object> seen = new ArrayList<>();
        transport.register(
                "agent",
                (given, call) -> {
                    seen.add(given);
                    seen.add(call.delivery().attempts());
                    seen.add(call.attributes());
                    seen.add(Thread.currentThread().isVirtual());
                },
                given -> Map.of("customer", "c1"));

        assertThat(outcome()).isEqualTo(new Acknowledged(0));
        assertThat(seen).containsExactly(event, 1, Map.of("customer", "c1"), true);
    }

    @Test
    void throwing_is_told_with_class_and_message() throws Exception {
        transport.register(
                "agent",
                (given, call) -> {
                    throw new IllegalStateException("m".repeat(5_000));
                },
                Handler.Enrichment.NONE);

        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Threw.class,
                        threw ->
                                assertThat(threw.error())
                                        .startsWith("java.lang.IllegalStateException: mmm")
                                        .hasSize(1_000));
    }

    @Test
    void errors_count_as_thrown_and_so_does_a_failing_enrichment() throws Exception {
        transport.register(
                "agent",
                (given, call) -> {
                    throw new StackOverflowError();
                },
                Handler.Enrichment.NONE);
        assertThat(outcome()).isEqualTo(new Threw("java.lang.StackOverflowError"));

        List<Event> handled = new ArrayList<>();
        transport.register(
                "agent",
                (given, call) -> handled.add(given),
                given -> {
                    throw new java.io.IOException("no customer");
                });
        assertThat(outcome()).isEqualTo(new Threw("java.io.IOException: no customer"));
        assertThat(handled).isEmpty();
    }

    @Test
    void a_handler_that_is_not_registered_yet_fails_and_can_come_later() throws Exception {
        assertThat(outcome()).isInstanceOf(Threw.class);
        transport.register("agent", (given, call) -> {}, Handler.Enrichment.NONE);
        assertThat(outcome()).isEqualTo(new Acknowledged(0));
        transport.unregister("agent");
        assertThat(outcome()).isInstanceOf(Threw.class);
    }

    @Test
    void a_hanging_handler_is_interrupted_at_its_deadline() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        transport.register(
                "agent",
                (given, call) -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                },
                Handler.Enrichment.NONE);

        assertThat(outcome(Duration.ofMillis(100))).isEqualTo(new TimedOut());
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void handlers_deaf_to_interruption_do_not_pile_up_without_end() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        transport.register(
                "agent",
                (given, call) -> {
                    while (release.getCount() > 0) {
                        try {
                            release.await();
                        } catch (InterruptedException deaf) {
                            // It waits on: being interrupted means nothing to it.
                        }
                    }
                },
                Handler.Enrichment.NONE);
        for (int i = 0; i < 64; i++) {
            assertThat(outcome(Duration.ofMillis(1))).isEqualTo(new TimedOut());
        }
        assertThat(outcome(Duration.ofMillis(1))).isInstanceOf(Threw.class);
        release.countDown();
    }
}
