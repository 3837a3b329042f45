package dev.belay.system.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What counts as a reason for a repetition. Times in seconds.
class FaultTimesTest {
    private final FaultTimes times = new FaultTimes();

    @BeforeEach
    void faults() {
        times.add(ClusterFault.RESTART, s(10), s(12));
        times.add(ClusterFault.KILL, s(30), s(35));
    }

    @Test
    void what_was_taken_once_needs_no_reason() {
        assertThat(times.explain(at(5))).isTrue();
    }

    @Test
    void what_was_under_way_at_a_kill_may_come_again_whenever() {
        assertThat(times.explain(at(29, 31))).isTrue();
        assertThat(times.explain(at(34, 90))).isTrue();
    }

    @Test
    void what_was_over_before_the_kill_may_not_come_again() {
        assertThat(times.explain(at(20, 31))).isFalse();
    }

    @Test
    void what_was_taken_twice_before_or_after_the_kill_has_no_reason() {
        assertThat(times.explain(at(28, 29))).isFalse();
        assertThat(times.explain(at(36, 37))).isFalse();
    }

    @Test
    void an_orderly_end_is_no_reason() {
        assertThat(times.explain(at(9, 11))).isFalse();
    }

    @Test
    void each_repetition_needs_its_reason() {
        assertThat(times.explain(at(29, 31, 33))).isTrue();
        assertThat(times.explain(at(29, 31, 50, 51))).isFalse();
    }

    private static List<Long> at(int... seconds) {
        return java.util.Arrays.stream(seconds).mapToObj(FaultTimesTest::s).toList();
    }

    private static long s(int seconds) {
        return seconds * 1_000_000_000L;
    }
}
