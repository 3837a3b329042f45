package dev.belay.ingest;

import static dev.belay.ingest.Door.body;
import static dev.belay.ingest.Door.catalog;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.StoreFailure;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What waits for its commit is bounded.
class IngestLimitsTest {
    private static final Receipt OVERLOADED = new Receipt.Unavailable(StoreFailure.Kind.OVERLOADED);

    private static Door door(int requests, long bytes) {
        Door door = new Door(catalog(Door.source("none")), IngestLimits.of(requests, bytes));
        door.journal.holding = true;
        return door;
    }

    private static CompletableFuture<Receipt> send(Door door, String text) {
        return door.ingest.receive(
                new InboundRequest("none", "POST", "", Headers.empty(), body(text), ""));
    }

    @Test
    void more_requests_than_may_wait_are_turned_away_until_some_are_committed() {
        Door door = door(3, 1_000);
        List<CompletableFuture<Receipt>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(send(door, "body " + i));
        }
        assertThat(send(door, "one more").resultNow()).isEqualTo(OVERLOADED);
        assertThat(door.heard(Signal.NotStored.class))
                .containsExactly(new Signal.NotStored("none", "overloaded"));
        assertThat(door.journal.appends).hasSize(3);

        door.journal.commit();
        assertThat(waiting)
                .allSatisfy(
                        answer ->
                                assertThat(answer.resultNow())
                                        .isInstanceOf(Receipt.Accepted.class));
        for (int i = 0; i < 3; i++) {
            assertThat(send(door, "next " + i)).isNotDone();
        }
        assertThat(send(door, "one more").resultNow()).isEqualTo(OVERLOADED);
    }

    @Test
    void more_bytes_than_may_wait_are_turned_away_and_smaller_ones_still_fit() {
        Door door = door(100, 10);
        assertThat(send(door, "123456")).isNotDone();
        assertThat(send(door, "12345").resultNow()).isEqualTo(OVERLOADED);
        assertThat(send(door, "1234")).isNotDone();
        assertThat(send(door, "1").resultNow()).isEqualTo(OVERLOADED);
        door.journal.commit();
        assertThat(send(door, "1234567890")).isNotDone();
    }

    @Test
    void one_body_beyond_the_whole_budget_gets_in_when_nothing_else_waits() {
        Door door = door(100, 10);
        CompletableFuture<Receipt> large = send(door, "x".repeat(50));
        assertThat(large).isNotDone();
        assertThat(send(door, "1").resultNow()).isEqualTo(OVERLOADED);
        door.journal.commit();
        assertThat(large.resultNow()).isInstanceOf(Receipt.Accepted.class);
        assertThat(send(door, "1")).isNotDone();
        assertThat(send(door, "y".repeat(50)).resultNow()).isEqualTo(OVERLOADED);
    }

    @Test
    void what_is_published_counts_too() {
        Door door = door(2, 1_000);
        assertThat(send(door, "a")).isNotDone();
        assertThat(door.ingest.publish("t", Headers.empty(), body("b"), null)).isNotDone();
        assertThat(door.ingest.publish("t", Headers.empty(), body("c"), null).resultNow())
                .isEqualTo(new Ingest.Kept.Failed(StoreFailure.Kind.OVERLOADED));
        assertThat(send(door, "d").resultNow()).isEqualTo(OVERLOADED);
    }

    @Test
    void what_is_turned_away_for_its_signature_keeps_no_place() {
        Door door =
                new Door(catalog(Door.source("github", Door.SECRET)), IngestLimits.of(1, 1_000));
        InboundRequest genuine = door.signed("github", "{}", Door.SECRET, "1");
        for (int i = 0; i < 5; i++) {
            assertThat(door.receive(Door.forged(genuine, "x"))).isEqualTo(new Receipt.Rejected());
        }
        door.accepted(genuine);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 1"})
    void there_is_room_for_at_least_one(int requests, long bytes) {
        assertThatThrownBy(() -> IngestLimits.of(requests, bytes))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
