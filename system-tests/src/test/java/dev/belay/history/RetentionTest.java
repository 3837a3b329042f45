package dev.belay.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.testkit.MemoryStore;
import dev.belay.testkit.SettableTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final SettableTime time = new SettableTime(NOW);
    private final MemoryStore store = new MemoryStore(time);
    private final List<Signal> signals = new ArrayList<>();
    private final Retention retention = retention(store);
    private long ids;

    /// Thrown by the next purge.
    private @Nullable RuntimeException failing;

    private Retention retention(HistoryIndex history) {
        return new Retention(history, Retention.Windows.DEFAULT, time, signals::add);
    }

    private EventId store(DeliveryState... states) {
        EventId id = new EventId(++ids);
        List<NewDelivery> deliveries = new ArrayList<>();
        for (DeliveryState state : states) {
            deliveries.add(new NewDelivery("d", "s", null, state));
        }
        Event event =
                new Event(
                        id, "shop", null, null, time.now(), Headers.empty(), Body.of(new byte[0]));
        assertThat(store.append(new Append(event, null, time.now(), deliveries))).isCompleted();
        return id;
    }

    private boolean isThere(EventId id) {
        return store.event(id).isPresent();
    }

    @Test
    void history_goes_when_its_own_window_is_over() {
        EventId delivered = store(new DeliveryState.Delivered(NOW));
        EventId cancelled = store(new DeliveryState.Cancelled(NOW, "off"));
        EventId unwanted = store();
        EventId dead = store(new DeliveryState.Dead(NOW, DeadReason.REFUSED));
        EventId mixed =
                store(
                        new DeliveryState.Delivered(NOW),
                        new DeliveryState.Dead(NOW, DeadReason.REFUSED));

        time.advance(DAY.multipliedBy(30));
        retention.turn();
        assertThat(isThere(delivered) && isThere(cancelled) && isThere(unwanted)).isTrue();

        time.advance(Duration.ofMillis(1));
        retention.turn();
        assertThat(isThere(delivered) || isThere(cancelled) || isThere(unwanted)).isFalse();
        assertThat(isThere(dead) && isThere(mixed)).isTrue();

        time.advance(DAY.multipliedBy(60));
        retention.turn();
        assertThat(isThere(dead) || isThere(mixed)).isFalse();
    }

    @Test
    void nothing_unfinished_goes_however_old() {
        EventId due = store(new DeliveryState.Due(NOW));
        EventId held = store(new DeliveryState.Held("rule"));
        EventId leased = store(new DeliveryState.Leased(new Lease(1, NOW)));
        EventId halfDone = store(new DeliveryState.Delivered(NOW), new DeliveryState.Due(NOW));
        time.advance(DAY.multipliedBy(10_000));
        retention.turn();
        assertThat(List.of(due, held, leased, halfDone)).allMatch(this::isThere);
    }

    @Test
    void much_goes_in_batches_with_pauses_between_them() {
        for (int i = 0; i < 2 * Retention.BATCH + 1; i++) {
            store();
        }
        time.advance(DAY.multipliedBy(31));
        assertThat(retention.turn()).isEqualTo(Duration.ofMillis(100));
        assertThat(store.stats().events()).isEqualTo(Retention.BATCH + 1L);
        assertThat(retention.turn()).isEqualTo(Duration.ofMillis(100));
        assertThat(retention.turn()).isEqualTo(Duration.ofMinutes(1));
        assertThat(store.stats().events()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_failure_is_told_and_the_next_turn_goes_on(boolean ofTheStore) {
        EventId old = store();
        time.advance(DAY.multipliedBy(31));
        Retention failingOnce = retention(failingHistory());
        failing =
                ofTheStore
                        ? new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "planted")
                        : new IllegalStateException("planted");
        assertThat(failingOnce.turn()).isEqualTo(Duration.ofMinutes(1));
        assertThat(signals)
                .singleElement()
                .satisfies(s -> assertThat(s.toString()).contains("retention", "planted"));
        assertThat(isThere(old)).isTrue();

        failing = null;
        failingOnce.turn();
        assertThat(isThere(old)).isFalse();
    }

    /// The store, whose purge fails when told to.
    private HistoryIndex failingHistory() {
        return (HistoryIndex)
                Proxy.newProxyInstance(
                        RetentionTest.class.getClassLoader(),
                        new Class<?>[] {HistoryIndex.class},
                        (proxy, method, arguments) -> {
                            if (failing != null) {
                                throw failing;
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void windows_are_those_documented_and_never_negative() {
        assertThat(Retention.Windows.DEFAULT)
                .isEqualTo(new Retention.Windows(DAY.multipliedBy(30), DAY.multipliedBy(90)));
        Duration negative = Duration.ofMillis(-1);
        assertThatThrownBy(() -> new Retention.Windows(negative, DAY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Retention.Windows(DAY, negative))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
