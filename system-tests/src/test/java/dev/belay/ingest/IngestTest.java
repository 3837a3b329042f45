package dev.belay.ingest;

import static dev.belay.ingest.Door.SECRET;
import static dev.belay.ingest.Door.body;
import static dev.belay.ingest.Door.catalog;
import static dev.belay.ingest.Door.forged;
import static dev.belay.ingest.Door.source;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.DedupeRule;
import dev.belay.catalog.InboundLimits;
import dev.belay.catalog.Source;
import dev.belay.catalog.SourceSecrets;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Event;
import dev.belay.signal.Signal;
import dev.belay.signature.Acknowledgement;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.testkit.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who gets in, and what is answered when.
class IngestTest {
    private static final Secret OLD = Secret.of("the-old-secret");
    private final Door door = new Door(catalog(source("github", SECRET)));

    private InboundRequest push(String id) {
        return door.signed("github", "{\"a\":1}", SECRET, id);
    }

    private static InboundRequest with(InboundRequest request, String source, Headers headers) {
        return new InboundRequest(
                source, "POST", "", headers, request.body(), request.remoteAddress());
    }

    private void nothingStored() {
        assertThat(door.journal.appends).isEmpty();
        assertThat(door.journal.highestId()).isZero();
    }

    @Test
    void the_answer_waits_for_the_commit() {
        door.journal.holding = true;
        CompletableFuture<Receipt> answer = door.ingest.receive(push("1"));
        assertThat(answer).isNotDone();
        assertThat(door.heard(Signal.Accepted.class)).isEmpty();
        door.time.advance(Duration.ofMillis(7));
        door.journal.commit();
        assertThat(answer).isCompleted();
        assertThat(answer.resultNow()).isInstanceOf(Receipt.Accepted.class);
        assertThat(door.heard(Signal.Accepted.class))
                .singleElement()
                .satisfies(s -> assertThat(s.took()).isEqualTo(Duration.ofMillis(7)));
    }

    @Test
    void what_is_accepted_is_stored_as_it_came() {
        InboundRequest request = push("d-1");
        Receipt.Accepted receipt = door.accepted(request);
        assertThat(receipt.acknowledgement()).isEqualTo(Acknowledgement.ACCEPTED);
        assertThat(door.stored(receipt))
                .isEqualTo(
                        new Event(
                                receipt.event(),
                                "github",
                                "push",
                                "d-1",
                                Door.NOW,
                                request.headers(),
                                request.body()));
        assertThat(door.signals)
                .containsExactly(
                        new Signal.Received("github"),
                        new Signal.Verified("github", receipt.event()),
                        new Signal.Accepted(
                                "github", receipt.event(), "push", 0, 7, Duration.ZERO));
    }

    @Test
    void a_forged_body_is_rejected_and_only_the_journal_is_told_why() {
        InboundRequest request = forged(push("1"), "{\"a\":2}");
        assertThat(door.receive(request)).isEqualTo(new Receipt.Rejected());
        assertThat(door.journal.rejects)
                .containsExactly(new EventJournal.Reject(Door.NOW, "github", "mismatch", request));
        nothingStored();
    }

    @Test
    void a_missing_and_a_malformed_signature_are_answered_like_a_wrong_one() {
        InboundRequest request = push("1");
        Headers unsigned = Headers.of("X-GitHub-Delivery", "1", "X-GitHub-Event", "push");
        assertThat(door.receive(with(request, "github", unsigned)))
                .isEqualTo(new Receipt.Rejected());
        assertThat(
                        door.receive(
                                with(
                                        request,
                                        "github",
                                        unsigned.with("X-Hub-Signature-256", "sha256=zz"))))
                .isEqualTo(new Receipt.Rejected());
        assertThat(door.reasons()).containsExactly("header_missing", "signature_malformed");
        nothingStored();
    }

    @Test
    void a_stale_signature_is_answered_like_a_wrong_one() {
        Door stripe = new Door(catalog(source("stripe", SECRET)));
        InboundRequest request = stripe.signed("stripe", "{\"id\":\"e\"}", SECRET, "e");
        stripe.time.advance(Duration.ofSeconds(301));
        assertThat(stripe.receive(request)).isEqualTo(new Receipt.Rejected());
        assertThat(stripe.reasons()).containsExactly("stale");
        assertThat(stripe.journal.appends).isEmpty();
    }

    @Test
    void freshness_goes_by_the_wall_clock() {
        Door stripe = new Door(catalog(source("stripe", SECRET)));
        stripe.time.stepWall(Duration.ofDays(1));
        stripe.accepted(stripe.signed("stripe", "{\"id\":\"e\"}", SECRET, "e"));
    }

    @Test
    void a_forged_copy_does_not_stand_in_the_way_of_the_genuine_one() {
        InboundRequest genuine = push("same-id");
        assertThat(door.receive(forged(genuine, "{}"))).isEqualTo(new Receipt.Rejected());
        Receipt.Accepted accepted = door.accepted(genuine);
        // Nor does one that comes after it.
        assertThat(door.receive(forged(genuine, "{}"))).isEqualTo(new Receipt.Rejected());
        assertThat(door.duplicate(genuine).first()).isEqualTo(accepted.event());
        assertThat(door.stored(accepted).body()).isEqualTo(genuine.body());
    }

    @Test
    void while_secrets_rotate_the_old_and_the_new_are_accepted_and_a_removed_one_is_not() {
        door.catalog = catalog(source("github", SECRET, OLD));
        door.accepted(door.signed("github", "1", SECRET, "1"));
        door.accepted(door.signed("github", "2", OLD, "2"));
        door.catalog = catalog(source("github", SECRET));
        assertThat(door.receive(door.signed("github", "3", OLD, "3")))
                .isEqualTo(new Receipt.Rejected());
        door.accepted(door.signed("github", "3", SECRET, "3"));
    }

    @Test
    void the_secret_of_another_source_does_not_open_this_one() {
        Source shop =
                new Source(
                        "shop",
                        Door.provider("github"),
                        SourceSecrets.of(OLD),
                        List.of(),
                        List.of(),
                        DedupeRule.DEFAULT,
                        InboundLimits.ofBody(100));
        door.catalog = catalog(source("github", SECRET), shop);
        InboundRequest request = push("1");
        assertThat(door.receive(with(request, "shop", request.headers())))
                .isEqualTo(new Receipt.Rejected());
    }

    @Test
    void an_unknown_source_is_told_apart_and_its_name_goes_nowhere() {
        InboundRequest request = push("1");
        assertThat(door.receive(with(request, "../nobody", request.headers())))
                .isEqualTo(new Receipt.UnknownSource());
        assertThat(door.signals).containsExactly(new Signal.Rejected("", "unknown_source"));
        assertThat(door.journal.rejects).isEmpty();
        nothingStored();
    }

    @Test
    void a_body_may_be_as_long_as_its_source_allows_and_not_a_byte_longer() {
        Source github = source("github", SECRET);
        door.catalog = catalog(github.with(InboundLimits.ofBody(8)));
        door.accepted(door.signed("github", "12345678", SECRET, "1"));
        assertThat(door.receive(door.signed("github", "123456789", SECRET, "2")))
                .isEqualTo(new Receipt.TooLarge(8));
        assertThat(door.reasons()).containsExactly("too_large");
        assertThat(door.journal.appends).hasSize(1);
    }

    @Test
    void a_reject_that_cannot_be_kept_changes_no_answer() {
        door.journal.throwing = new StoreFailure(StoreFailure.Kind.FULL, "no room");
        assertThat(door.receive(forged(push("1"), "{}"))).isEqualTo(new Receipt.Rejected());
        assertThat(door.heard(Signal.Trouble.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(StoreFailure.Kind.class)
    void a_journal_that_refuses_makes_the_gateway_unavailable(StoreFailure.Kind kind) {
        StoreFailure failure = new StoreFailure(kind, "planted");
        door.journal.throwing = failure;
        assertThat(door.receive(push("1"))).isEqualTo(new Receipt.Unavailable(kind));
        door.journal.throwing = null;
        door.journal.failing = failure;
        assertThat(door.receive(push("1"))).isEqualTo(new Receipt.Unavailable(kind));
        door.journal.failing = new CompletionException(failure);
        assertThat(door.receive(push("1"))).isEqualTo(new Receipt.Unavailable(kind));
        assertThat(door.heard(Signal.NotStored.class)).hasSize(3);
        assertThat(door.heard(Signal.Accepted.class)).isEmpty();
        // The sender's next try is a first one.
        door.journal.failing = null;
        door.accepted(push("1"));
    }

    @Test
    void a_fault_of_ours_is_never_an_acceptance_and_keeps_no_place() {
        Door narrow = new Door(catalog(source("github", SECRET)), IngestLimits.of(1, 100));
        InboundRequest request = narrow.signed("github", "{}", SECRET, "1");
        Receipt unknown = new Receipt.Unavailable(StoreFailure.Kind.UNKNOWN);
        narrow.journal.throwing = new IllegalStateException("planted");
        assertThat(narrow.receive(request)).isEqualTo(unknown);
        narrow.journal.throwing = null;
        narrow.journal.failing = new IllegalStateException("planted");
        assertThat(narrow.receive(request)).isEqualTo(unknown);
        narrow.journal.failing = null;
        narrow.accepted(request);
    }

    @Test
    void an_observer_that_throws_changes_nothing() {
        MemoryStore store = new MemoryStore(door.time);
        Ingest observed =
                new Ingest(
                        new IngestParts(
                                () -> door.catalog,
                                store,
                                new NoHandOver(),
                                happening -> List.of(),
                                () -> 4_711,
                                door.time,
                                signal -> {
                                    throw new IllegalStateException("broken observer");
                                }),
                        IngestLimits.DEFAULT);
        assertThat(observed.receive(push("1")).resultNow()).isInstanceOf(Receipt.Accepted.class);
        assertThat(observed.receive(forged(push("2"), "x")).resultNow())
                .isEqualTo(new Receipt.Rejected());
    }

    @Test
    void slacks_challenge_is_answered_only_after_a_genuine_signature() {
        Door slack = new Door(catalog(source("slack", SECRET)));
        String challenge = "{\"type\":\"url_verification\",\"challenge\":\"c-1\"}";
        InboundRequest genuine = slack.signed("slack", challenge, SECRET, "1");
        assertThat(slack.receive(genuine))
                .isEqualTo(new Receipt.Challenge("text/plain; charset=utf-8", "c-1", Headers.of()));
        assertThat(slack.journal.appends).isEmpty();

        assertThat(slack.receive(slack.signed("slack", challenge, OLD, "1")))
                .isEqualTo(new Receipt.Rejected());
        slack.time.advance(Duration.ofSeconds(301));
        assertThat(slack.receive(genuine)).isEqualTo(new Receipt.Rejected());
        assertThat(slack.reasons()).containsExactly("mismatch", "stale");
    }

    @Test
    void what_is_no_proper_challenge_is_an_event_like_any_other() {
        Door slack = new Door(catalog(source("slack", SECRET)));
        List<String> bodies =
                List.of(
                        "{\"type\":\"url_verification\"}",
                        "{\"type\":\"event_callback\",\"challenge\":\"c\"}",
                        "{\"type\":\"url_verification\",\"challenge\":\"a\",\"challenge\":\"b\"}",
                        "{\"type\":\"url_verification\",\"challenge\":\"%s\"}"
                                .formatted("c".repeat(1_025)));
        for (String text : bodies) {
            Receipt.Accepted receipt = slack.accepted(slack.signed("slack", text, SECRET, "1"));
            assertThat(receipt.acknowledgement()).isEqualTo(Acknowledgement.OK);
        }
    }

    @Test
    void an_unverified_source_takes_what_comes() {
        door.catalog = catalog(source("none"));
        InboundRequest request =
                new InboundRequest("none", "POST", "", Headers.empty(), body("hello"), "");
        door.accepted(request);
    }

    /// Nobody takes over.
    private static final class NoHandOver implements IngestParts.HandOver {
        @Override
        public dev.belay.delivery.DeliveryState of(String destination, int bodyBytes) {
            throw new AssertionError("there is no subscription");
        }

        @Override
        public void handOver(Event event, List<dev.belay.delivery.Delivery> stored) {
            assertThat(stored).isEmpty();
        }
    }
}
