package dev.belay.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /// A clock that can be set to anything.
    private static final class Clock implements Time {
        private long millis = NOW.toEpochMilli();

        @Override
        public Instant now() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public Instant wall() {
            return now();
        }

        @Override
        public long nanos() {
            return millis * 1_000_000;
        }
    }

    private final Clock clock = new Clock();

    private static int nodeOf(long id) {
        return (int) (id >>> 12) & 1_023;
    }

    @Test
    void an_id_holds_its_time_and_its_node() {
        long id = new Ids(clock, 513, 0).next();
        assertThat(id >>> 22).isEqualTo(NOW.toEpochMilli() - 1_577_836_800_000L);
        assertThat(nodeOf(id)).isEqualTo(513);
        assertThat(id & 4_095).isZero();
        assertThat(id).isGreaterThanOrEqualTo(Ids.lowestAt(NOW));
        assertThat(id).isLessThan(Ids.lowestAt(NOW.plusMillis(1)));
    }

    @Test
    void ids_and_their_texts_grow_while_the_clock_jumps_about() {
        Ids ids = new Ids(clock, 3, 0);
        SplittableRandom random = new SplittableRandom(4_711);
        List<Long> made = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(100) == 0) {
                clock.millis += random.nextInt(-5_000, 5_000);
            }
            made.add(ids.next());
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
        assertThat(made.stream().map(id -> new EventId(id).toString())).isSorted();
        assertThat(made).allSatisfy(id -> assertThat(nodeOf(id)).isEqualTo(3));
    }

    @Test
    void more_than_4096_ids_in_a_millisecond_borrow_from_the_next() {
        Ids ids = new Ids(clock, 1_023, 0);
        long last = 0;
        for (int i = 0; i < 4_097; i++) {
            last = ids.next();
        }
        assertThat(last).isEqualTo(Ids.lowestAt(NOW.plusMillis(1)) | 1_023L << 12);
        clock.millis++;
        assertThat(ids.next()).isEqualTo(last + 1);
    }

    @Test
    void after_a_restart_with_an_older_clock_ids_go_on_above_the_highest() {
        Ids before = new Ids(clock, 0, 0);
        before.next();
        long highest = before.next();
        clock.millis -= 86_400_000;
        assertThat(new Ids(clock, 0, highest).next()).isEqualTo(highest + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 6, 1_023})
    void after_a_restart_as_another_node_ids_go_on_above_the_highest(int node) {
        long highest = new Ids(clock, 5, 0).next();
        clock.millis -= 1;
        Ids ids = new Ids(clock, node, highest);
        long next = ids.next();
        assertThat(next).isGreaterThan(highest);
        assertThat(nodeOf(next)).isEqualTo(node);
        assertThat(new Ids(clock, node, Math.max(highest, next)).next()).isGreaterThan(next);
    }

    @Test
    void a_clock_from_before_2020_makes_ids_all_the_same() {
        clock.millis = 0;
        Ids ids = new Ids(clock, 0, 0);
        assertThat(ids.next()).isPositive();
        assertThat(ids.next()).isGreaterThan(1);
        assertThat(Ids.lowestAt(Instant.EPOCH)).isZero();
    }

    @Test
    void many_threads_get_different_ids_each_in_growing_order() throws Exception {
        Ids ids = new Ids(clock, 0, 0);
        int each = 5_000;
        List<Future<List<Long>>> parts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                parts.add(
                        threads.submit(
                                () -> {
                                    List<Long> mine = new ArrayList<>();
                                    for (int n = 0; n < each; n++) {
                                        mine.add(ids.next());
                                    }
                                    return mine;
                                }));
            }
        }
        Set<Long> all = new HashSet<>();
        for (Future<List<Long>> part : parts) {
            List<Long> made = part.get(30, TimeUnit.SECONDS);
            assertThat(made).isSorted();
            all.addAll(made);
        }
        assertThat(all).hasSize(8 * each);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Ids.MAX_NODES})
    void a_node_number_has_a_range(int node) {
        assertThatThrownBy(() -> new Ids(clock, node, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
