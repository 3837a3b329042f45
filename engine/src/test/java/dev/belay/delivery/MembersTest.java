package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.delivery.Members.Other;
import dev.belay.signature.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who counts, and who may begin. The last test lets nodes come, fall silent, come back and go, and
/// looks at what is in flight.
class MembersTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void a_node_that_is_alone_begins_at_once() {
        assertThat(new Members(3, 0, 0, List.of()).mayBegin(TIMEOUT, 1)).isTrue();
    }

    @Test
    void a_node_that_arrives_waits_until_all_is_over_that_others_did_without_knowing_it() {
        List<Other> others = List.of(new Other(1, Duration.ZERO));
        long settled = Duration.ofSeconds(25).toNanos();
        assertThat(new Members(0, settled, 0, others).mayBegin(TIMEOUT, settled)).isFalse();
        assertThat(new Members(0, settled, 0, others).mayBegin(TIMEOUT, settled + 1)).isTrue();
    }

    @Test
    void a_silent_node_counts_until_its_last_attempts_are_over() {
        Members members =
                new Members(
                        0,
                        0,
                        0,
                        List.of(
                                new Other(1, Duration.ofSeconds(25)),
                                new Other(2, Duration.ofMillis(25_001))));
        assertThat(members.counted(TIMEOUT)).containsExactly(0, 1);
        assertThat(members.counted(Duration.ofSeconds(11))).containsExactly(0, 1, 2);
    }

    @Test
    void own_leases_end_so_early_that_others_take_over_within_the_configured_lease() {
        Duration lease = DispatcherLimits.DEFAULT.lease();
        Duration own = DispatcherLimits.DEFAULT.shared().lease();
        // Taken at the last moment, and given up by others a margin after its end.
        assertThat(Members.FRESH.plus(own).plus(Members.MARGIN)).isEqualTo(lease);
        assertThat(own).isGreaterThan(Destination.MAX_TIMEOUT.plus(DispatcherLimits.LEASE_MARGIN));
    }

    /// A node of the model: it sees the others only in its signs of life, as in the table.
    private static final class Node {
        final int number;
        boolean up = true;
        boolean reaches = true;
        boolean closed;
        long seenAt;
        @Nullable Members members;

        Node(int number) {
            this.number = number;
        }

        void beat(List<Node> all, long now) {
            closed = false;
            seenAt = now;
            List<Other> others = new ArrayList<>();
            for (Node other : all) {
                if (other != this && !other.closed) {
                    others.add(new Other(other.number, Duration.ofNanos(now - other.seenAt)));
                }
            }
            members = Members.seen(members, number, now, now, others);
        }
    }

    private record Flight(Node node, long until) {}

    @Test
    void a_limit_is_never_exceeded_while_nodes_come_fall_silent_come_back_and_go() {
        int begun = 0;
        for (int seed = 0; seed < 60; seed++) {
            begun += run(new SplittableRandom(seed), 1 + seed % 4);
        }
        assertThat(begun).isGreaterThan(5_000);
    }

    private static int run(SplittableRandom random, int limit) {
        Destination destination =
                new Destination.Http(
                        "hook",
                        URI.create("https://example.com/"),
                        List.of(),
                        List.of(),
                        Headers.of(),
                        TIMEOUT,
                        limit,
                        null,
                        BreakerPolicy.DEFAULT);
        List<Node> nodes = new ArrayList<>();
        List<Flight> flights = new ArrayList<>();
        int begun = 0;
        for (long now = 0; now < 900 * SECOND; now += SECOND / 2) {
            long at = now;
            flights.removeIf(flight -> flight.until() <= at);
            if (nodes.size() < 5 && random.nextInt(60) == 0) {
                Node node = new Node(nodes.size());
                nodes.add(node);
                node.beat(nodes, now);
            }
            for (Node node : nodes) {
                change(node, nodes, flights, random, now);
                if (node.up && node.reaches && now % (3 * SECOND) == 0) {
                    node.beat(nodes, now);
                }
                Members members = node.members;
                Share share =
                        node.up && members != null
                                ? Share.of(destination, members, now)
                                : Share.NONE;
                long own = flights.stream().filter(flight -> flight.node() == node).count();
                if (own < share.concurrency()) {
                    flights.add(
                            new Flight(node, now + random.nextLong(1, TIMEOUT.toNanos() + SECOND)));
                    begun++;
                }
            }
            assertThat(flights.size()).as("at %d s", now / SECOND).isLessThanOrEqualTo(limit);
        }
        return begun;
    }

    private static void change(
            Node node, List<Node> nodes, List<Flight> flights, SplittableRandom random, long now) {
        switch (random.nextInt(400)) {
            case 0, 1 -> node.reaches = !node.reaches;
            // Stands still: what it has begun goes on at the receiver.
            case 2 -> node.up = !node.up;
            case 3 -> {
                // Closes once its attempts are over, and starts again later.
                if (node.up && flights.stream().noneMatch(flight -> flight.node() == node)) {
                    node.up = false;
                    node.closed = node.reaches;
                    node.members = null;
                }
            }
            case 4 -> {
                if (!node.up && node.closed) {
                    node.up = true;
                    node.reaches = true;
                    node.beat(nodes, now);
                }
            }
            default -> {
                // Goes on.
            }
        }
    }
}
