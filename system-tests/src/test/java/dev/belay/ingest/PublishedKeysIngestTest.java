package dev.belay.ingest;

import static dev.belay.ingest.Door.catalog;
import static dev.belay.ingest.Door.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.Source;
import dev.belay.catalog.SourceSecrets;
import dev.belay.event.Body;
import dev.belay.signature.KeyQuestion;
import dev.belay.signature.KeySource.Answer;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Requests whose keys have to be found first.
class PublishedKeysIngestTest {
    private static final Provider SNS =
            Providers.named(
                    "aws-sns", Map.of("topics", "arn:aws:sns:us-east-2:123456789012:harbour"));
    private static final KeyPair PAIR = pair();

    private final Door door = new Door(catalog(Source.of("aws-sns", SNS)));
    private final List<KeyQuestion> questions = new ArrayList<>();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    {
        door.keys =
                question -> {
                    questions.add(question);
                    return answer;
                };
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Receipt> notify(@Nullable String body) {
        Secret key = Secret.of(Base64.getEncoder().encodeToString(PAIR.getPrivate().getEncoded()));
        SignedRequest request =
                Samples.request(
                        SNS,
                        null,
                        body == null
                                ? null
                                : body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        key,
                        "m-1",
                        door.time.wall());
        return door.ingest.receive(
                new InboundRequest(
                        "aws-sns",
                        "POST",
                        "",
                        request.headers(),
                        Body.of(request.body()),
                        "192.0.2.7"));
    }

    @Test
    void an_event_is_kept_once_its_key_is_found_and_not_before() {
        CompletableFuture<Receipt> receipt = notify(null);
        assertThat(questions)
                .singleElement()
                .satisfies(
                        question ->
                                assertThat(question.place().url().getHost())
                                        .isEqualTo("sns.us-east-2.amazonaws.com"));
        assertThat(receipt).isNotDone();
        assertThat(door.journal.appends).isEmpty();

        answer.complete(new Answer.Known(List.of(PAIR.getPublic())));

        assertThat(receipt.resultNow()).isInstanceOf(Receipt.Accepted.class);
        assertThat(door.journal.appends).hasSize(1);
    }

    @Test
    void a_key_that_is_not_published_or_not_the_one_is_a_rejection() {
        CompletableFuture<Receipt> other = notify(null);
        answer.complete(new Answer.Known(List.of(pair().getPublic())));
        assertThat(other.resultNow()).isEqualTo(new Receipt.Rejected());

        door.keys = question -> CompletableFuture.completedFuture(new Answer.Unknown());
        assertThat(notify(null).resultNow()).isEqualTo(new Receipt.Rejected());
        assertThat(door.journal.appends).isEmpty();
    }

    @Test
    void while_no_key_can_be_had_nothing_is_rejected_and_the_sender_is_told_when_to_come_again() {
        answer.complete(new Answer.Unavailable(Duration.ofSeconds(10)));
        assertThat(notify(null).resultNow())
                .isEqualTo(new Receipt.Undecided(Duration.ofSeconds(10)));
        assertThat(door.journal.appends).isEmpty();
        assertThat(door.signals)
                .contains(new dev.belay.signal.Signal.Undecided("aws-sns", "keys_unavailable"));
    }

    @Test
    void keys_that_were_declared_do_not_give_way_to_published_ones_when_their_time_is_over() {
        Source declared = Source.of("aws-sns", SNS);
        SourceSecrets over =
                new SourceSecrets(
                        List.of(),
                        List.of(
                                new SourceSecrets.Retiring(
                                        Secret.of("of-old"), door.time.wall().minusSeconds(1))),
                        null);
        door.catalog =
                catalog(
                        new Source(
                                declared.name(),
                                declared.provider(),
                                over,
                                declared.eventId(),
                                declared.eventType(),
                                declared.dedupe(),
                                declared.limits()));
        answer.complete(new Answer.Known(List.of(PAIR.getPublic())));
        assertThat(notify(null).resultNow()).isEqualTo(new Receipt.Rejected());
        assertThat(questions).isEmpty();
    }

    @Test
    void a_key_source_that_breaks_is_a_fault_of_ours_and_no_rejection() {
        door.keys =
                question -> {
                    throw new IllegalStateException("planted");
                };
        assertThat(notify(null).resultNow()).isInstanceOf(Receipt.Unavailable.class);
        door.keys =
                question -> CompletableFuture.failedFuture(new IllegalStateException("planted"));
        assertThat(notify(null).resultNow()).isInstanceOf(Receipt.Unavailable.class);
    }

    private static String confirmation(String host) {
        return "{\"Type\":\"SubscriptionConfirmation\",\"MessageId\":\"m-1\",\"Token\":\"t\",\"TopicArn\":\"arn:aws:sns:us-east-2:123456789012:harbour\",\"Message\":\"You have chosen to subscribe\",\"SubscribeURL\":\"https://"
                + host
                + "/?Action=ConfirmSubscription&Token=t\",\"Timestamp\":\"{{time}}\",\"SignatureVersion\":\"2\",\"Signature\":\"{{signature}}\",\"SigningCertURL\":\"https://sns.us-east-2.amazonaws.com/a.pem\"}";
    }

    private CompletableFuture<Receipt> confirm(String host) {
        return notify(confirmation(host).replace("{{time}}", door.time.wall().toString()));
    }

    @Test
    void a_subscription_is_confirmed_by_fetching_its_url_and_stored_nowhere() {
        List<URI> visited = new ArrayList<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        door.visits =
                url -> {
                    visited.add(url);
                    return done;
                };
        CompletableFuture<Receipt> receipt = confirm("sns.us-east-2.amazonaws.com");
        assertThat(visited).as("before it is known to be genuine").isEmpty();
        answer.complete(new Answer.Known(List.of(PAIR.getPublic())));
        assertThat(visited)
                .containsExactly(
                        URI.create(
                                "https://sns.us-east-2.amazonaws.com/?Action=ConfirmSubscription&Token=t"));
        assertThat(receipt).isNotDone();
        done.complete(true);
        assertThat(receipt.resultNow()).isInstanceOf(Receipt.Challenge.class);
        assertThat(door.journal.appends).isEmpty();
    }

    @Test
    void a_confirmation_that_could_not_be_fetched_is_to_be_sent_again() {
        answer.complete(new Answer.Known(List.of(PAIR.getPublic())));
        assertThat(confirm("sns.us-east-2.amazonaws.com").resultNow())
                .isEqualTo(new Receipt.Undecided(Duration.ofSeconds(30)));
    }

    @Test
    void a_confirmation_that_leads_elsewhere_or_is_forged_is_never_fetched() {
        List<URI> visited = new ArrayList<>();
        door.visits =
                url -> {
                    visited.add(url);
                    return CompletableFuture.completedFuture(true);
                };
        answer.complete(new Answer.Known(List.of(PAIR.getPublic())));
        assertThat(confirm("sns.us-east-2.amazonaws.com.evil.test").resultNow())
                .isEqualTo(new Receipt.Rejected());
        door.keys =
                question ->
                        CompletableFuture.completedFuture(
                                new Answer.Known(List.of(pair().getPublic())));
        assertThat(confirm("sns.us-east-2.amazonaws.com").resultNow())
                .isEqualTo(new Receipt.Rejected());
        assertThat(visited).isEmpty();
    }

    @Test
    void a_source_whose_entry_leaves_something_open_is_none() {
        assertThatThrownBy(() -> source("aws-sns"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topics");
    }
}
