package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.event.Body;
import dev.belay.signature.Headers;
import dev.belay.signature.KeyPlace;
import dev.belay.signature.KeyQuestion;
import dev.belay.signature.KeySource.Answer;
import dev.belay.signature.Secret;
import dev.belay.testkit.SettableTime;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// When keys are fetched, how long they count and what is said without them; time and answers by
/// hand.
class PublishedKeysTest {
    private static final KeyPlace SET = place("https://keys.example/jwks", KeyPlace.Form.JWKS);
    private static final String EC =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA\",\"y\":\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0\"}";

    private final SettableTime time = new SettableTime(Instant.parse("2026-03-01T12:00:00Z"));
    private final List<CompletableFuture<Fetched>> fetches = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final PublishedKeys keys =
            new PublishedKeys(
                    (url, json) -> {
                        asked.add(json == null ? url.toString() : text(json));
                        fetches.add(new CompletableFuture<>());
                        return fetches.getLast();
                    },
                    time);

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static KeyPlace place(String url, KeyPlace.Form form) {
        return new KeyPlace(URI.create(url), form, List.of());
    }

    private CompletableFuture<Answer> ask(String keyId) {
        return keys.keys(new KeyQuestion(SET, keyId));
    }

    private static Fetched set(@Nullable String control, String... ids) {
        List<String> all = List.of(ids).stream().map(EC::formatted).toList();
        return answered(200, control, "{\"keys\":[" + String.join(",", all) + "]}");
    }

    private static Fetched answered(int status, @Nullable String control, String body) {
        return new Fetched.Answered(
                status,
                control == null ? Headers.empty() : Headers.of("Cache-Control", control),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private void answer(Fetched fetched) {
        fetches.getLast().complete(fetched);
    }

    private static Class<?> kind(CompletableFuture<Answer> answer) {
        return answer.resultNow().getClass();
    }

    private void known(String... ids) {
        var _ = ask(ids[0]);
        answer(set("max-age=3600", ids));
    }

    @Test
    void many_questions_share_one_fetch_and_what_it_brought_is_kept() {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(ask("a"));
        }
        CompletableFuture<Answer> other = ask("nobody's");
        assertThat(fetches).hasSize(1);
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        answer(set(null, "a"));

        assertThat(answers).allMatch(answer -> kind(answer) == Answer.Known.class);
        assertThat(kind(other)).isEqualTo(Answer.Unknown.class);
        assertThat(kind(ask("a"))).isEqualTo(Answer.Known.class);
        assertThat(fetches).hasSize(1);
    }

    @Test
    void invented_ids_cost_one_fetch_a_minute_and_are_not_called_forged_unasked() {
        known("a");
        for (int i = 0; i < 10_000; i++) {
            assertThat(ask("invented-" + i).resultNow())
                    .isEqualTo(new Answer.Unavailable(Duration.ofMinutes(1)));
        }
        assertThat(fetches).hasSize(1);

        time.advance(Duration.ofMinutes(1));
        CompletableFuture<Answer> first = ask("invented-a");
        answer(set(null, "a"));
        assertThat(kind(first)).isEqualTo(Answer.Unknown.class);
        assertThat(kind(ask("invented-a"))).as("again").isEqualTo(Answer.Unknown.class);
        for (int i = 0; i < 10_000; i++) {
            assertThat(kind(ask("invented-" + i))).isEqualTo(Answer.Unavailable.class);
        }
        assertThat(fetches).hasSize(2);
        assertThat(kind(ask("a"))).isEqualTo(Answer.Known.class);
    }

    @Test
    void a_new_key_is_found_and_one_that_was_taken_back_is_no_longer_known() {
        known("old");
        time.advance(Duration.ofMinutes(2));
        CompletableFuture<Answer> fresh = ask("new");
        assertThat(kind(ask("old"))).as("meanwhile").isEqualTo(Answer.Known.class);
        answer(set(null, "new"));
        assertThat(kind(fresh)).isEqualTo(Answer.Known.class);

        time.advance(Duration.ofMinutes(2));
        CompletableFuture<Answer> old = ask("old");
        answer(set(null, "new"));
        assertThat(kind(old)).isEqualTo(Answer.Unknown.class);
    }

    @Test
    void without_any_key_it_is_not_known_and_asked_again_after_a_while() {
        CompletableFuture<Answer> down = ask("a");
        answer(new Fetched.Failed("connect_refused"));
        Answer notNow = new Answer.Unavailable(Duration.ofSeconds(10));
        assertThat(down.resultNow()).isEqualTo(notNow);
        assertThat(ask("a").resultNow()).isEqualTo(notNow);
        assertThat(fetches).hasSize(1);

        for (Fetched bad :
                List.of(
                        answered(500, null, ""),
                        answered(302, null, "{\"keys\":[]}"),
                        answered(404, null, ""),
                        answered(200, null, "<html>"))) {
            time.advance(Duration.ofSeconds(10));
            CompletableFuture<Answer> again = ask("a");
            answer(bad);
            assertThat(again.resultNow()).as("%s", bad).isEqualTo(notNow);
        }
        time.advance(Duration.ofSeconds(10));
        CompletableFuture<Answer> up = ask("a");
        answer(set(null, "a"));
        assertThat(kind(up)).isEqualTo(Answer.Known.class);
    }

    @Test
    void old_keys_count_while_their_publisher_is_down_and_not_for_ever() {
        known("a");
        time.advance(Duration.ofMinutes(61));
        CompletableFuture<Answer> stale = ask("a");
        assertThat(stale).isNotDone();
        answer(new Fetched.Failed("timeout"));
        assertThat(kind(stale)).isEqualTo(Answer.Known.class);
        assertThat(kind(ask("a"))).as("without another fetch").isEqualTo(Answer.Known.class);
        assertThat(ask("b").resultNow()).isEqualTo(new Answer.Unavailable(Duration.ofSeconds(10)));
        assertThat(fetches).hasSize(2);

        time.advance(Duration.ofHours(24));
        CompletableFuture<Answer> over = ask("a");
        answer(new Fetched.Failed("timeout"));
        assertThat(kind(over)).isEqualTo(Answer.Unavailable.class);
    }

    @Test
    void a_publisher_s_age_counts_within_bounds() {
        for (String[] pair :
                new String[][] {
                    {"max-age=0", "PT5M"},
                    {"no-store", "PT5M"},
                    {"public, max-age=7200", "PT2H"},
                    {"max-age=99999999", "PT24H"},
                    {"max-age=x", "PT5M"},
                    {"private", "PT1H"}
                }) {
            PublishedKeysTest fresh = new PublishedKeysTest();
            var _ = fresh.ask("a");
            fresh.answer(set(pair[0], "a"));
            fresh.time.advance(Duration.parse(pair[1]).minusNanos(1));
            assertThat(fresh.ask("a").isDone()).as(pair[0]).isTrue();
            fresh.time.advance(Duration.ofNanos(1));
            assertThat(fresh.ask("a").isDone()).as(pair[0]).isFalse();
        }
    }

    @Test
    void keys_without_an_id_are_looked_for_again_soon() {
        var _ = ask("");
        answer(set("max-age=86400", "a", "b"));
        assertThat(ask("").resultNow())
                .isInstanceOfSatisfying(
                        Answer.Known.class, known -> assertThat(known.keys()).hasSize(2));
        time.advance(Duration.ofMinutes(5));
        assertThat(kind(ask("a"))).isEqualTo(Answer.Known.class);
        assertThat(ask("")).isNotDone();
    }

    @Test
    void invented_certificates_of_a_pinned_host_are_fetched_ten_times_a_minute_at_most() {
        int unavailable = 0;
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<Answer> answer = certificate("https://sns.example.com/" + i + ".pem");
            if (fetches.size() == i + 1) {
                answer(answered(i % 2 == 0 ? 404 : 403, null, ""));
                assertThat(kind(answer)).isEqualTo(Answer.Unknown.class);
            } else {
                assertThat(kind(answer)).isEqualTo(Answer.Unavailable.class);
                unavailable++;
            }
        }
        assertThat(fetches).hasSize(10);
        assertThat(unavailable).isEqualTo(990);
        assertThat(certificate("https://sns.other.com/1.pem")).as("another host").isNotDone();
        time.advance(Duration.ofMinutes(1));
        assertThat(certificate("https://sns.example.com/new.pem")).isNotDone();
    }

    private CompletableFuture<Answer> certificate(String url) {
        return keys.keys(new KeyQuestion(place(url, KeyPlace.Form.CERTIFICATE), ""));
    }

    @Test
    void plaid_is_asked_for_one_key_with_the_operator_s_credentials() {
        KeyPlace plaid =
                new KeyPlace(
                        URI.create("https://sandbox.plaid.com/webhook_verification_key/get"),
                        KeyPlace.Form.PLAID,
                        List.of(Secret.of("client-1"), Secret.of("s3cret")));
        CompletableFuture<Answer> known = keys.keys(new KeyQuestion(plaid, "k-1"));
        assertThat(asked)
                .containsExactly(
                        "{\"client_id\":\"client-1\",\"secret\":\"s3cret\",\"key_id\":\"k-1\"}");
        answer(answered(200, null, "{\"key\":" + EC.formatted("k-1") + "}"));
        assertThat(kind(known)).isEqualTo(Answer.Known.class);
        CompletableFuture<Answer> unknown = keys.keys(new KeyQuestion(plaid, "k-2"));
        answer(answered(400, null, "{\"error_code\":\"INVALID_WEBHOOK_VERIFICATION_KEY_ID\"}"));
        assertThat(kind(unknown)).isEqualTo(Answer.Unknown.class);
        CompletableFuture<Answer> refused = keys.keys(new KeyQuestion(plaid, "k-3"));
        answer(answered(400, null, "{\"error_code\":\"INVALID_API_KEYS\"}"));
        assertThat(kind(refused)).as("our fault").isEqualTo(Answer.Unavailable.class);
        assertThat(plaid.toString()).doesNotContain("s3cret");
    }

    @Test
    void a_fetch_that_breaks_in_an_unforeseen_way_is_a_failed_one() {
        PublishedKeys broken =
                new PublishedKeys(
                        (url, json) -> {
                            throw new IllegalStateException("planted");
                        },
                        time);
        assertThat(kind(broken.keys(new KeyQuestion(SET, "a"))))
                .isEqualTo(Answer.Unavailable.class);
        CompletableFuture<Answer> failing = ask("a");
        fetches.getLast().completeExceptionally(new IllegalStateException("planted"));
        assertThat(kind(failing)).isEqualTo(Answer.Unavailable.class);
    }
}
