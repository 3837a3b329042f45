package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.CircuitBoard;
import dev.belay.delivery.CircuitBoard.Leave;
import dev.belay.delivery.CircuitBoard.Posted;
import dev.belay.delivery.Members;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What nodes tell each other through the database: open circuits, leave to probe, and that they
/// are there.
class PostgresCircuitsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Fixture fixture = new Fixture();
    private final PostgresStore one = fixture.open("one");
    private final PostgresStore two = fixture.open("two");
    private final CircuitBoard first = one.sharing().circuits();
    private final CircuitBoard second = two.sharing().circuits();

    @AfterEach
    void closes() {
        fixture.close();
    }

    @Test
    void an_opening_is_seen_by_the_others_with_the_time_that_is_left_by_the_databases_clock()
            throws Exception {
        long version = first.opened("hook", MINUTE, 5);
        fixture.run("UPDATE belay.circuit SET opens_at = opens_at - interval '20 s'");
        Posted posted = second.open().get("hook");
        assertThat(posted.version()).isEqualTo(version);
        assertThat(posted.failures()).isEqualTo(5);
        assertThat(posted.opensIn()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(40));

        assertThat(second.opened("hook", MINUTE, 6)).isGreaterThan(version);
        assertThat(first.open().get("hook").failures()).isEqualTo(6);
    }

    @Test
    void no_leave_is_given_before_the_reset_and_then_to_one_node_only() throws Exception {
        first.opened("hook", MINUTE, 5);
        assertThat(second.askToProbe("hook", MINUTE)).isInstanceOf(Leave.Denied.class);
        opensNow();
        List<Callable<Leave>> asks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CircuitBoard board = i % 2 == 0 ? first : second;
            asks.add(() -> board.askToProbe("hook", MINUTE));
        }
        List<Leave> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Leave> answer : threads.invokeAll(asks)) {
                answers.add(answer.get());
            }
        }
        // The one that has it is given it again; to the other it is denied, for the expiry at most.
        boolean firstHas = answers.getFirst() instanceof Leave.Given;
        for (int i = 0; i < 20; i++) {
            if ((i % 2 == 0) == firstHas) {
                assertThat(answers.get(i)).isEqualTo(new Leave.Given());
            } else {
                assertThat(((Leave.Denied) answers.get(i)).again())
                        .isBetween(Duration.ofMillis(1), MINUTE);
            }
        }
    }

    @Test
    void when_a_probing_node_is_heard_of_no_more_another_is_given_leave_after_the_expiry()
            throws Exception {
        first.opened("hook", MINUTE, 5);
        opensNow();
        assertThat(first.askToProbe("hook", MINUTE)).isEqualTo(new Leave.Given());
        assertThat(second.askToProbe("hook", MINUTE)).isInstanceOf(Leave.Denied.class);
        fixture.run("UPDATE belay.circuit SET probe_ends_at = probe_ends_at - interval '61 s'");
        assertThat(second.askToProbe("hook", MINUTE)).isEqualTo(new Leave.Given());

        // Too late: it is the other's word that counts.
        first.closed("hook");
        assertThat(first.open()).containsKey("hook");
        second.closed("hook");
        assertThat(first.open()).isEmpty();
        assertThat(first.askToProbe("hook", MINUTE)).isEqualTo(new Leave.Given());
    }

    @Test
    void an_opening_after_a_probe_ends_the_leave() throws Exception {
        first.opened("hook", MINUTE, 5);
        opensNow();
        assertThat(first.askToProbe("hook", MINUTE)).isEqualTo(new Leave.Given());
        first.opened("hook", MINUTE, 6);
        assertThat(first.askToProbe("hook", MINUTE)).isInstanceOf(Leave.Denied.class);
    }

    @Test
    void nodes_see_each_other_and_how_long_the_others_are_silent() throws Exception {
        PostgresStore three = fixture.open("three");
        assertThat(three.sharing().members().get().counted(MINUTE))
                .containsExactly(three.node(), one.node(), two.node());
        // Opened first, the first one saw nobody; and so it may begin, as long as it looks no more.
        assertThat(one.sharing().members().get().others()).isEmpty();

        two.close();
        fixture.run(
                "UPDATE belay.node SET seen_at = clock_timestamp() - interval '30 s' WHERE number = "
                        + one.node());
        fixture.time.advance(Duration.ofSeconds(11));
        fixture.stock(three).leased("agent");
        Members seen = three.sharing().members().get();
        assertThat(seen.others()).extracting(Members.Other::number).containsExactly(one.node());
        assertThat(seen.others().getFirst().silent())
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
        assertThat(seen.counted(Duration.ofSeconds(10))).containsExactly(three.node());
        assertThat(seen.counted(MINUTE)).hasSize(2);
    }

    private void opensNow() throws Exception {
        fixture.run("UPDATE belay.circuit SET opens_at = clock_timestamp()");
    }
}
