package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RateLimit;
import dev.belay.signature.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShareTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static Destination http(String name, int concurrency, @Nullable RateLimit rate) {
        return new Destination.Http(
                name,
                URI.create("https://example.com/"),
                List.of(),
                List.of(),
                Headers.of(),
                TIMEOUT,
                concurrency,
                rate,
                BreakerPolicy.DEFAULT);
    }

    private static List<Integer> nodes(SplittableRandom random, int count) {
        return random.ints(0, 1024).distinct().limit(count).boxed().toList();
    }

    private static List<Share> shares(Destination destination, List<Integer> nodes) {
        return nodes.stream().map(node -> Share.of(destination, node, nodes)).toList();
    }

    @Test
    void shares_sum_exactly_to_the_limits_and_differ_by_one_at_most() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            int limit = random.nextInt(1, 70);
            RateLimit rate =
                    random.nextBoolean()
                            ? null
                            : new RateLimit(random.nextDouble(0.01, 500), random.nextInt(1, 40));
            Destination destination = http("d" + i, limit, rate);
            List<Share> shares = shares(destination, nodes(random, random.nextInt(1, 12)));

            assertThat(shares.stream().mapToInt(Share::concurrency).sum()).isEqualTo(limit);
            List<Share> taking = shares.stream().filter(share -> share.concurrency() > 0).toList();
            assertThat(taking.stream().mapToInt(Share::concurrency).max().orElseThrow())
                    .isLessThanOrEqualTo(
                            1 + taking.stream().mapToInt(Share::concurrency).min().orElseThrow());
            if (rate != null) {
                List<RateLimit> rates = new ArrayList<>();
                taking.forEach(share -> rates.add(share.rate()));
                assertThat(rates.stream().mapToInt(RateLimit::burst).sum()).isEqualTo(rate.burst());
                assertThat(rates.stream().mapToDouble(RateLimit::perSecond).sum())
                        .isCloseTo(rate.perSecond(), within(rate.perSecond() * 1e-9));
            }
        }
    }

    @Test
    void a_node_that_joins_raises_no_other_nodes_share() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 5_000; i++) {
            Destination destination = http("d" + i, random.nextInt(1, 40), null);
            List<Integer> after = nodes(random, random.nextInt(2, 10));
            List<Integer> before = after.subList(1, after.size());
            for (int node : before) {
                assertThat(Share.of(destination, node, after).concurrency())
                        .isLessThanOrEqualTo(Share.of(destination, node, before).concurrency());
            }
        }
    }

    @Test
    void a_limit_of_one_moves_to_the_node_that_joins_or_stays() {
        List<Integer> before = List.of(0, 1, 2, 3);
        List<Integer> after = List.of(0, 1, 2, 3, 4);
        int moved = 0;
        for (int i = 0; i < 5_000; i++) {
            Destination destination = http("destination-" + i, 1, null);
            int holder = holder(destination, after);
            if (holder == 4) {
                moved++;
            } else {
                assertThat(holder).isEqualTo(holder(destination, before));
            }
        }
        assertThat(moved).isBetween(850, 1150);
    }

    private static int holder(Destination destination, List<Integer> nodes) {
        return nodes.stream()
                .filter(node -> Share.of(destination, node, nodes).concurrency() == 1)
                .reduce((one, other) -> -1)
                .orElseThrow();
    }

    @Test
    void destinations_with_a_limit_of_one_are_spread_over_the_nodes() {
        int[] held = new int[3];
        for (int i = 0; i < 3_000; i++) {
            held[holder(http("hook" + i, 1, null), List.of(0, 1, 2))]++;
        }
        assertThat(held).satisfies(counts -> assertThat(counts[0]).isBetween(900, 1100));
        assertThat(held).satisfies(counts -> assertThat(counts[1]).isBetween(900, 1100));
    }

    @Test
    void a_burst_of_one_keeps_the_rate_on_one_node_and_with_it_all_attempts() {
        List<Share> shares = shares(http("d", 8, new RateLimit(5, 1)), List.of(0, 1, 2));
        assertThat(shares)
                .containsExactlyInAnyOrder(
                        Share.NONE, Share.NONE, new Share(8, new RateLimit(5, 1)));
    }

    @Test
    void a_handlers_limits_are_those_of_its_process() {
        Destination handler = World.limited("h", 1, null);
        Members arrived = new Members(0, 0, 0, List.of(new Members.Other(1, Duration.ZERO)));
        assertThat(Share.of(handler, arrived, 0)).isEqualTo(Share.whole(handler));
    }

    @Test
    void a_node_without_a_fresh_sign_of_life_has_no_share() {
        Destination destination = http("d", 32, null);
        Members alone = new Members(0, 0, 0, List.of());
        long fresh = Members.FRESH.toNanos();
        assertThat(Share.of(destination, alone, fresh)).isEqualTo(new Share(32, null));
        assertThat(Share.of(destination, alone, fresh + 1)).isEqualTo(Share.NONE);
    }
}
