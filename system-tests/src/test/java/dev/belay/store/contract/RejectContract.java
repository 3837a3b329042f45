package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.event.Body;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.RejectSampler;
import dev.belay.signature.Headers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rejected requests are kept, and nobody can fill the disk with them.
interface RejectContract extends Contract {
    @Test
    default void rejected_requests_are_kept_by_source_newest_first() {
        Reject first = reject("shop", "mismatch", new byte[] {1});
        stock().advance(Duration.ofSeconds(1));
        Reject other = reject("bank", "stale", new byte[0]);
        Reject second = reject("shop", "too_large", new byte[] {2, 0, -1});
        stock().drain();
        assertThat(stock().ports().history().rejects("shop", 10)).containsExactly(second, first);
        assertThat(stock().ports().history().rejects("shop", 1)).containsExactly(second);
        assertThat(stock().ports().history().rejects("bank", 10)).containsExactly(other);
        assertThat(stock().ports().history().rejects("none", 10)).isEmpty();
    }

    @Test
    default void a_rejected_body_is_cut_to_the_cap() {
        byte[] bytes = new byte[RejectSampler.MAX_BODY_BYTES + 1];
        Arrays.fill(bytes, (byte) 'x');
        reject("shop", "mismatch", bytes);
        stock().drain();
        assertThat(only("shop").request().body().length()).isEqualTo(RejectSampler.MAX_BODY_BYTES);
    }

    @Test
    default void a_flood_of_rejected_requests_is_sampled_for_each_source() {
        for (int i = 0; i < 200; i++) {
            reject("shop", "mismatch", new byte[0]);
        }
        reject("bank", "mismatch", new byte[0]);
        stock().drain();
        assertThat(stock().ports().history().rejects("shop", 1_000))
                .hasSize(RejectSampler.PER_SECOND);
        only("bank");
    }

    @Test
    default void the_oldest_rejected_requests_of_a_source_make_room() {
        reject("bank", "mismatch", new byte[0]);
        Reject last = reject("shop", "oldest", new byte[0]);
        for (int i = 0; i < RejectSampler.KEPT; i++) {
            stock().advance(Duration.ofMillis(1_000 / RejectSampler.PER_SECOND));
            last = reject("shop", "mismatch", new byte[0]);
        }
        stock().drain();
        List<Reject> kept = stock().ports().history().rejects("shop", 10_000);
        assertThat(kept).hasSize(RejectSampler.KEPT);
        assertThat(kept.getFirst()).isEqualTo(last);
        assertThat(kept).extracting(Reject::reason).doesNotContain("oldest");
        only("bank");
    }

    @Test
    default void rejected_requests_go_when_their_time_is_over() {
        reject("shop", "mismatch", new byte[0]);
        stock().advance(Duration.ofDays(1));
        Reject young = reject("shop", "mismatch", new byte[0]);
        stock().drain();
        stock().ports().history().purge(stock().now(), stock().now(), stock().now(), 10);
        assertThat(stock().ports().history().rejects("shop", 10)).containsExactly(young);
    }

    private Reject only(String source) {
        List<Reject> kept = stock().ports().history().rejects(source, 10);
        assertThat(kept).hasSize(1);
        return kept.getFirst();
    }

    private Reject reject(String source, String reason, byte[] body) {
        InboundRequest request =
                new InboundRequest(
                        source,
                        "POST",
                        "https://hooks.example/in/" + source,
                        Headers.of("x-signature", "sha256=00", "x-signature", "ü"),
                        Body.of(body),
                        "192.0.2.7");
        Reject reject = new Reject(stock().now(), source, reason, request);
        stock().ports().journal().reject(reject);
        return reject;
    }
}
