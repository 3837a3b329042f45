package dev.belay.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Source;
import dev.belay.delivery.DeadReason;
import dev.belay.server.log.EverySignal;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.signature.Providers;
import dev.belay.signature.Secret;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    private static final String SHOP = "{source=\"shop\"}";
    private static final String MAIL = "{destination=\"mail\"}";

    private final AtomicReference<Catalog> catalog = new AtomicReference<>(catalog("mail"));
    private final Metrics metrics = new Metrics(catalog::get);

    private static Catalog catalog(String... destinations) {
        Source shop =
                Source.of("shop", Providers.named("github").orElseThrow(), Secret.of("secret"));
        return Catalog.of(
                List.of(shop),
                java.util.Arrays.stream(destinations).map(MetricsTest::destination).toList(),
                List.of());
    }

    private static Destination destination(String name) {
        return new Destination.Http(
                name,
                URI.create("https://example.com/"),
                List.<AllowedRange>of(),
                List.of(),
                Headers.empty(),
                Destination.DEFAULT_TIMEOUT,
                1,
                null,
                BreakerPolicy.DEFAULT);
    }

    private Scrape scrape() {
        return Scrape.read(metrics.text());
    }

    @Test
    void everything_promised_is_there() {
        EverySignal.of("shop", "mail", "why").forEach(metrics::on);
        metrics.gauge("belay.pending", "Deliveries that wait", List.of(1, 2), List::size)
                .gauge("belay.oldest.due.age.seconds", "How late the latest is", 1.5, age -> age);
        Scrape scrape = scrape();
        assertThat(scrape.value("belay_received_total" + SHOP)).isEqualTo(1);
        assertThat(scrape.value("belay_accepted_total" + SHOP)).isEqualTo(1);
        assertThat(scrape.value("belay_duplicates_total{same_body=\"true\",source=\"shop\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_duplicates_total{same_body=\"false\",source=\"shop\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_rejected_total{reason=\"why\",source=\"shop\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_undecided_total{reason=\"why\",source=\"shop\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_not_stored_total{reason=\"why\",source=\"shop\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_delivered_total" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_failed_total{destination=\"mail\",outcome=\"why\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_retried_total" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_dead_total{destination=\"mail\",reason=\"why\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("belay_replayed_total" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_leases_lost_total" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_disabled_total" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_circuit_state" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_troubles_total")).isEqualTo(1);
        assertThat(scrape.value("belay_accept_seconds_count" + SHOP)).isEqualTo(1);
        assertThat(scrape.value("belay_attempt_seconds_count" + MAIL)).isEqualTo(2);
        assertThat(scrape.value("belay_delivery_seconds_count" + MAIL)).isEqualTo(1);
        assertThat(scrape.value("belay_delivery_attempts_sum" + MAIL)).isEqualTo(6);
        assertThat(scrape.value("belay_commit_seconds_count")).isEqualTo(1);
        assertThat(scrape.value("belay_commit_operations_sum")).isEqualTo(7);
        assertThat(scrape.value("belay_pending")).isEqualTo(2);
        assertThat(scrape.value("belay_oldest_due_age_seconds")).isEqualTo(1.5);
        assertThat(scrape.types())
                .containsEntry("belay_accept_seconds", "histogram")
                .containsEntry("belay_attempt_seconds", "histogram")
                .containsEntry("belay_delivery_seconds", "histogram")
                .containsEntry("belay_delivery_attempts", "histogram")
                .containsEntry("belay_commit_seconds", "histogram")
                .containsEntry("belay_commit_operations", "histogram")
                .containsEntry("belay_received_total", "counter")
                .containsEntry("belay_in_flight", "gauge")
                .containsEntry("belay_circuit_state", "gauge");
    }

    @Test
    void latencies_fall_into_their_buckets() {
        for (int millis : List.of(1, 3, 15, 700)) {
            metrics.on(
                    new Signal.Accepted(
                            "shop", EverySignal.EVENT, null, 1, 1, Duration.ofMillis(millis)));
        }
        Scrape scrape = scrape();
        String bucket = "belay_accept_seconds_bucket{source=\"shop\",le=\"%s\"}";
        assertThat(scrape.value(bucket.formatted("0.001"))).isEqualTo(1);
        assertThat(scrape.value(bucket.formatted("0.005"))).isEqualTo(2);
        assertThat(scrape.value(bucket.formatted("0.02"))).isEqualTo(3);
        assertThat(scrape.value(bucket.formatted("2.0"))).isEqualTo(4);
        assertThat(scrape.value(bucket.formatted("+Inf"))).isEqualTo(4);
        assertThat(scrape.value("belay_accept_seconds_sum" + SHOP)).isEqualTo(0.719);
    }

    @Test
    void attempts_under_way_are_counted_up_and_down() {
        for (int i = 0; i < 3; i++) {
            metrics.on(new Signal.AttemptStarted(EverySignal.DELIVERY, "mail", 1));
        }
        assertThat(scrape().value("belay_in_flight" + MAIL)).isEqualTo(3);
        metrics.on(
                new Signal.Delivered(
                        EverySignal.DELIVERY, "mail", 1, 200, Duration.ZERO, Duration.ZERO));
        // A destination that is taken away meanwhile still gets its end counted.
        catalog.set(catalog());
        metrics.on(
                new Signal.AttemptFailed(
                        EverySignal.DELIVERY, "mail", 1, "http_5xx", Duration.ZERO));
        assertThat(scrape().value("belay_in_flight" + MAIL)).isEqualTo(1);
    }

    @Test
    void the_circuit_has_a_number_for_each_state() {
        for (String state : List.of("open", "half_open", "closed")) {
            metrics.on(new Signal.CircuitChanged("mail", state));
            assertThat(scrape().value("belay_circuit_state" + MAIL))
                    .isEqualTo(List.of("closed", "half_open", "open").indexOf(state));
        }
    }

    @Test
    void every_reason_of_death_is_zero_before_the_first() {
        metrics.on(new Signal.Retrying(EverySignal.DELIVERY, "mail", 1, Instant.EPOCH, true));
        Scrape scrape = scrape();
        for (DeadReason reason : DeadReason.values()) {
            String labels = "{destination=\"mail\",reason=\"" + reason.word() + "\"}";
            assertThat(scrape.value("belay_dead_total" + labels)).isZero();
        }
    }

    @Test
    void what_strangers_send_never_becomes_a_label() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1000; i++) {
            String made = "x\"\n\\" + random.nextLong();
            for (Signal signal : EverySignal.of(made, made, "word")) {
                metrics.on(signal);
            }
        }
        Scrape scrape = scrape();
        assertThat(scrape.value("belay_received_total{source=\"other\"}")).isEqualTo(1000);
        assertThat(scrape.value("belay_delivered_total{destination=\"other\"}")).isEqualTo(1000);
        assertThat(scrape.value("belay_in_flight{destination=\"other\"}")).isEqualTo(-1000);
        assertThat(scrape.samples()).hasSizeLessThan(200);
        assertThat(metrics.text()).doesNotContain("x\\\"");
    }

    @Test
    void even_words_of_ours_cannot_grow_without_bound() {
        for (int i = 0; i < 1000; i++) {
            EverySignal.of("shop", "mail", "word-" + i).forEach(metrics::on);
        }
        Scrape scrape = scrape();
        assertThat(scrape.samples()).hasSizeLessThan(500);
        for (String name : List.of("rejected", "undecided", "not_stored", "failed", "dead")) {
            assertThat(scrape.sum("belay_" + name + "_total")).as(name).isEqualTo(1000);
        }
    }

    @Test
    void built_in_sources_have_labels_of_their_own() {
        metrics.on(new Signal.Received("api"));
        metrics.on(new Signal.Received("belay"));
        assertThat(scrape().value("belay_received_total{source=\"api\"}")).isEqualTo(1);
        assertThat(scrape().value("belay_received_total{source=\"belay\"}")).isEqualTo(1);
    }

    @Test
    void a_gauge_outlives_the_collection_of_what_it_reads() {
        metrics.gauge("belay.kept", "Read later", new int[] {7}, array -> array[0]);
        WeakReference<int[]> collected = new WeakReference<>(new int[1]);
        for (int i = 0; i < 100 && collected.get() != null; i++) {
            System.gc();
        }
        assertThat(collected.get()).isNull();
        assertThat(scrape().value("belay_kept")).isEqualTo(7);
    }

    @Test
    void a_fresh_process_can_be_scraped() {
        assertThat(scrape().types()).containsKey("belay_commit_seconds");
    }
}
