package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.event.DeliveryId;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A dispatcher among other nodes, of which the test tells.
class SharingTest {
    private static final Duration SWEEP = DispatcherLimits.DEFAULT.sweep();

    private final Board board = new Board();
    private List<Members.Other> others = List.of();
    private boolean silent;
    private final World world =
            new World(DispatcherLimits.DEFAULT, new Sharing(this::members, board))
                    .with(http("agent", 32, BreakerPolicy.DEFAULT))
                    .with(http("once", 1, BreakerPolicy.DEFAULT))
                    .with(World.destination("handler"));

    private static Destination http(String name, int concurrency, BreakerPolicy breaker) {
        return new Destination.Http(
                name,
                URI.create("https://example.com/"),
                List.of(),
                List.of(),
                Headers.empty(),
                Duration.ofSeconds(10),
                concurrency,
                null,
                breaker);
    }

    private Members members() {
        long now = world == null ? 0 : world.time.nanos();
        return new Members(0, silent ? -Members.GAP.toNanos() : now, -now - (1L << 40), others);
    }

    /// Makes another node the one with the place for `once`.
    private void placeIsElsewhere() {
        for (int node = 1; node < 100; node++) {
            others = List.of(new Members.Other(node, Duration.ZERO));
            if (Share.of(http("once", 1, BreakerPolicy.DEFAULT), members(), world.time.nanos())
                            .concurrency()
                    == 0) {
                return;
            }
        }
        throw new AssertionError("no node comes first");
    }

    @Test
    void without_a_share_new_deliveries_are_stored_as_due_and_none_begins() {
        placeIsElsewhere();
        DeliveryId id = world.arrives("once");
        world.pass(SWEEP);
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Due.class);
        assertThat(world.transport.sent).isEmpty();
        assertThat(world.queue.claimLimits).isEmpty();
    }

    @Test
    void what_is_in_hand_when_the_share_goes_is_given_back_and_when_it_returns_begun() {
        world.arrives("once");
        DeliveryId second = world.arrives("once");
        assertThat(world.state(second)).isInstanceOf(DeliveryState.Leased.class);
        placeIsElsewhere();
        world.pass(SWEEP);
        assertThat(world.state(second)).isInstanceOf(DeliveryState.Due.class);
        world.transport.open("once").remove().answers(HandTransport.OK);
        world.pass(SWEEP);
        assertThat(world.transport.sent).hasSize(1);

        others = List.of();
        world.pass(SWEEP);
        assertThat(world.transport.sent).hasSize(2);
    }

    @Test
    void a_node_without_a_fresh_sign_of_life_begins_nothing() {
        silent = true;
        world.arrives("once");
        world.pass(SWEEP);
        assertThat(world.transport.sent).isEmpty();
        silent = false;
        world.pass(SWEEP);
        assertThat(world.transport.sent).hasSize(1);
    }

    @Test
    void a_circuit_that_opens_here_is_posted_and_one_that_closes_too() {
        failFive();
        assertThat(board.calls).containsExactly("opened agent PT1M 5");
        world.transport.answer("agent", sending -> HandTransport.OK);
        world.pass(Duration.ofMinutes(2));
        assertThat(board.calls)
                .containsExactly("opened agent PT1M 5", "leave agent PT25S", "closed agent");
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("closed");
    }

    @Test
    void a_circuit_that_another_node_opened_is_open_here_without_a_failure_and_closes_with_it() {
        board.open.put("agent", new CircuitBoard.Posted(7, Duration.ofSeconds(40), 5));
        world.pass(SWEEP);
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("open");
        assertThat(world.heard(Signal.CircuitChanged.class))
                .containsExactly(new Signal.CircuitChanged("agent", "open"));
        assertThat(world.happenings).isEmpty();
        for (int i = 0; i < 20; i++) {
            world.arrives("agent");
        }
        assertThat(world.transport.sent).isEmpty();

        board.open.clear();
        world.pass(SWEEP);
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("closed");
        // The ramp: one at a time at first.
        assertThat(world.transport.sent).hasSize(1);
        assertThat(board.calls).isEmpty();
    }

    @Test
    void a_node_that_is_denied_leave_does_not_probe_and_asks_again() {
        DeliveryId id = world.arrives("agent");
        world.transport.open("agent").remove().answers(HandTransport.OK);
        board.open.put("agent", new CircuitBoard.Posted(7, Duration.ZERO, 5));
        board.denials = 3;
        world.pass(SWEEP);
        world.arrives("agent");
        world.pass(Duration.ofMillis(100));
        assertThat(world.transport.sent).hasSize(1);
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);

        world.pass(Duration.ofSeconds(4));
        assertThat(world.transport.sent).hasSize(2);
        assertThat(board.calls).hasSize(4).allMatch(call -> call.startsWith("leave agent"));
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("half_open");
    }

    @Test
    void a_probe_that_fails_posts_the_opening_anew_and_a_new_leave_is_wanted() {
        failFive();
        world.pass(Duration.ofMinutes(3));
        assertThat(board.calls)
                .startsWith(
                        "opened agent PT1M 5",
                        "leave agent PT25S",
                        "opened agent PT1M 6",
                        "leave agent PT25S",
                        "opened agent PT1M 7");
    }

    @Test
    void a_leave_is_for_one_opening_however_soon_the_next_one_comes() {
        world.with(http("quick", 32, new BreakerPolicy(5, Duration.ofSeconds(2), 1)));
        fail("quick");
        world.pass(Duration.ofSeconds(8));
        assertThat(board.calls)
                .startsWith(
                        "opened quick PT2S 5",
                        "leave quick PT25S",
                        "opened quick PT2S 6",
                        "leave quick PT25S");
    }

    @Test
    void without_the_board_each_circuit_goes_its_own_way() {
        board.broken = true;
        failFive();
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("open");
        world.transport.answer("agent", sending -> HandTransport.OK);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("closed");
    }

    @Test
    void what_was_read_before_a_change_was_posted_does_not_undo_it() {
        board.whileReading = this::failFive;
        world.pass(SWEEP);
        assertThat(world.dispatcher.circuit("agent").state()).isEqualTo("open");
    }

    @Test
    void a_handlers_circuit_is_its_processs_own() {
        fail("handler");
        assertThat(world.dispatcher.circuit("handler").state()).isEqualTo("open");
        board.open.put("handler", new CircuitBoard.Posted(7, Duration.ofHours(1), 5));
        world.transport.answer("handler", sending -> HandTransport.OK);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.dispatcher.circuit("handler").state()).isEqualTo("closed");
        assertThat(board.calls).isEmpty();
    }

    private void failFive() {
        fail("agent");
    }

    private void fail(String destination) {
        world.transport.answer(destination, sending -> new AttemptOutcome.TimedOut());
        for (int i = 0; i < 5; i++) {
            world.arrives(destination);
        }
        world.settle();
    }

    /// A board that notes what it is asked and says what the test has told it.
    private static final class Board implements CircuitBoard {
        final Map<String, Posted> open = new HashMap<>();
        final List<String> calls = new ArrayList<>();
        int denials;
        boolean broken;
        Runnable whileReading = () -> {};
        private long versions;

        private void works() {
            if (broken) {
                throw new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "told to fail");
            }
        }

        @Override
        public Map<String, Posted> open() {
            works();
            Map<String, Posted> read = Map.copyOf(open);
            Runnable meanwhile = whileReading;
            whileReading = () -> {};
            meanwhile.run();
            return read;
        }

        @Override
        public long opened(String destination, Duration reset, int failures) {
            works();
            calls.add("opened %s %s %d".formatted(destination, reset, failures));
            open.put(destination, new Posted(++versions, reset, failures));
            return versions;
        }

        @Override
        public void closed(String destination) {
            works();
            calls.add("closed " + destination);
            open.remove(destination);
        }

        @Override
        public Leave askToProbe(String destination, Duration expiry) {
            works();
            calls.add("leave %s %s".formatted(destination, expiry));
            return denials-- > 0 ? new Leave.Denied(Duration.ofSeconds(9)) : new Leave.Given();
        }
    }
}
