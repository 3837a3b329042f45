package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What has to hold for every entry of the catalogue that checks anything, tried on its samples.
class EveryEntryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");
    private static final String URL = "https://hooks.example.com/in/shop?data.id=ABC";

    static List<String> entries() {
        return Providers.all().stream()
                .filter(provider -> !(provider.scheme() instanceof Unverified))
                .map(Provider::name)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void every_sample_is_genuine_and_has_its_id_and_type_where_the_provider_has_them(String name) {
        Sent sent = new Sent(name);
        assertThat(Samples.types(sent.provider)).isNotEmpty().doesNotHaveDuplicates();
        for (String type : Samples.types(sent.provider)) {
            SignedRequest request = sent.sample(type, NOW);
            assertThat(sent.verify(request, NOW)).as(type).isEqualTo(new Genuine(0));
            request.headers()
                    .forEach((header, _) -> assertThat(request.headers().count(header)).isOne());
            String text = new String(request.body(), StandardCharsets.UTF_8);
            assertThat(text).doesNotContain("{{");
            if (request.headers()
                    .first("Content-Type")
                    .equals(java.util.Optional.of("application/json"))) {
                assertThat(JsonText.read(request.body())).as(text).isNotNull();
            }
            if (!sent.provider.eventType().isEmpty() && !sent.isWholeBodyToken()) {
                assertThat(first(sent.provider.eventType(), request)).as(type).isEqualTo(type);
            }
            boolean isHandshake = type.endsWith("url_verification") || type.endsWith("validation");
            if (!sent.provider.eventId().isEmpty() && !isHandshake) {
                assertThat(first(sent.provider.eventId(), request)).as(text).contains(sent.id);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void old_and_new_secret_count_while_both_are_valid_and_only_then(String name) {
        Sent sent = new Sent(name);
        SignedRequest old = sent.sample(null, NOW);
        Secret mine = sent.keys.verifying();
        Secret next = TestKeys.of(sent.provider.scheme(), 3).verifying();

        assertThat(sent.provider.scheme().problemWith(mine)).isEmpty();
        assertThat(sent.provider.scheme().problemSigningWith(sent.keys.signing())).isEmpty();
        assertThat(sent.verify(old, NOW, next, mine)).isEqualTo(new Genuine(1));
        assertThat(sent.verify(old, NOW, mine, next)).isEqualTo(new Genuine(0));
        assertThat(sent.verify(old, NOW, next)).isInstanceOf(Forged.class);
        Verdict without = sent.provider.scheme().verify(old, List.of(), NOW);
        // A sample's token names no key, and Plaid's cannot be asked for without.
        assertThat(without)
                .isInstanceOf(
                        sent.provider.scheme().needsSecret() || name.equals("plaid")
                                ? Forged.class
                                : Verdict.KeyNeeded.class);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void a_changed_body_is_noticed_where_the_scheme_covers_the_body(String name) {
        Sent sent = new Sent(name);
        SignedRequest request = sent.sample(null, NOW);
        byte[] body = request.body();
        boolean isCovered = sent.coversBody();
        for (int at = 0; at < body.length; at += 1 + body.length / 40) {
            byte[] changed = body.clone();
            changed[at] ^= 1;
            Verdict verdict = sent.verify(request.with(changed), NOW);
            if (isCovered) {
                assertThat(verdict).as("byte %d", at).isInstanceOf(Forged.class);
            }
        }
        if (isCovered) {
            byte[] longer = java.util.Arrays.copyOf(body, body.length + 1);
            longer[body.length] = 'x';
            assertThat(sent.verify(request.with(longer), NOW)).isInstanceOf(Forged.class);
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void a_changed_character_of_what_proves_the_sender_is_noticed(String name) {
        Sent sent = new Sent(name);
        SignedRequest request = sent.sample(null, NOW);
        List<String> lines = lines(request.headers());
        int tried = 0;
        for (int line = 0; line < lines.size(); line += 2) {
            if (!sent.proofs.contains(lines.get(line))) {
                continue;
            }
            String value = lines.get(line + 1);
            for (int at = 0; at < value.length(); at += 1 + value.length() / 40) {
                char[] changed = value.toCharArray();
                changed[at] = (char) (changed[at] ^ 1);
                List<String> forged = new ArrayList<>(lines);
                forged.set(line + 1, new String(changed));
                assertThat(sent.verify(request.with(Headers.of(forged)), NOW))
                        .as("%s: %s", lines.get(line), new String(changed))
                        .isNotInstanceOf(Genuine.class);
                tried++;
            }
        }
        assertThat(tried > 0 || !sent.isProvedInHeaders()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void what_proves_the_sender_has_to_be_there_once_and_not_empty(String name) {
        Sent sent = new Sent(name);
        SignedRequest request = sent.sample(null, NOW);
        List<String> lines = lines(request.headers());
        for (int line = 0; line < lines.size(); line += 2) {
            if (!sent.proofs.contains(lines.get(line))) {
                continue;
            }
            List<String> without = new ArrayList<>(lines);
            without.remove(line);
            without.remove(line);
            assertThat(sent.verify(request.with(Headers.of(without)), NOW))
                    .as("without %s", lines.get(line))
                    .isEqualTo(new Forged(Verdict.Reason.HEADER_MISSING));
            List<String> empty = new ArrayList<>(lines);
            empty.set(line + 1, " ");
            assertThat(sent.verify(request.with(Headers.of(empty)), NOW))
                    .as("empty %s", lines.get(line))
                    .isEqualTo(new Forged(Verdict.Reason.HEADER_MISSING));
            Headers twice = request.headers().with(lines.get(line), lines.get(line + 1));
            if (!sent.mayRepeat(lines.get(line))) {
                assertThat(sent.verify(request.with(twice), NOW))
                        .as("twice %s", lines.get(line))
                        .isEqualTo(new Forged(Verdict.Reason.HEADER_REPEATED));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void a_timestamp_counts_to_its_edges_and_no_further(String name) {
        Sent sent = new Sent(name);
        // A whole second, so that the edges are the same in every unit.
        Instant signedAt = NOW.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        SignedRequest request = sent.sample(null, signedAt);
        TimestampRule rule = sent.rule();
        if (rule == null || rule.past().equals(TimestampRule.ANY)) {
            assertThat(sent.verify(request, signedAt.plus(Duration.ofDays(3))))
                    .isInstanceOf(
                            sent.inner instanceof JwtScheme jwt && jwt.claims() != null
                                    ? Stale.class
                                    : Genuine.class);
            return;
        }
        assertThat(sent.verify(request, signedAt.plus(rule.past()))).isEqualTo(new Genuine(0));
        assertThat(sent.verify(request, signedAt.plus(rule.past()).plusSeconds(1)))
                .isEqualTo(new Stale(rule.past().toSeconds() + 1));
        assertThat(sent.verify(request, signedAt.minus(rule.future()))).isEqualTo(new Genuine(0));
        assertThat(sent.verify(request, signedAt.minus(rule.future()).minusSeconds(1)))
                .isEqualTo(new Stale(-rule.future().toSeconds() - 1));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void garbage_in_place_of_a_proof_is_forged_and_never_an_exception(String name) {
        Sent sent = new Sent(name);
        SignedRequest request = sent.sample(null, NOW);
        List<String> garbage =
                List.of(
                        "v1,",
                        "t=,v1=",
                        ",",
                        "=",
                        "..",
                        "a.b.c",
                        "Bearer ",
                        "Basic !",
                        "\u0000",
                        "\u00e9",
                        "\uD83D",
                        "0".repeat(64),
                        "A".repeat(20_000),
                        "v1, ".repeat(500),
                        "-1",
                        "{");
        Random random = new Random(5);
        for (String bad : garbage) {
            List<String> lines = lines(request.headers());
            for (int line = 0; line < lines.size(); line += 2) {
                if (sent.proofs.contains(lines.get(line)) && random.nextInt(4) > 0) {
                    lines.set(line + 1, bad);
                }
            }
            byte[] body =
                    sent.isProvedInHeaders()
                            ? request.body()
                            : bad.getBytes(StandardCharsets.UTF_8);
            SignedRequest forged =
                    new SignedRequest(
                            "POST",
                            sent.isProvedInHeaders() ? URL : "https://x.example/?%zz=",
                            Headers.of(lines),
                            body);
            if (!lines.equals(lines(request.headers())) || !sent.isProvedInHeaders()) {
                assertThat(sent.verify(forged, NOW))
                        .as(bad.length() > 99 ? "long" : bad)
                        .isNotInstanceOf(Genuine.class);
            }
        }
    }

    static @Nullable String first(List<Location> locations, SignedRequest request) {
        Parsed parsed = new Parsed(request);
        for (Location location : locations) {
            String found = parsed.find(location);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.addAll(List.of(name, value)));
        return lines;
    }

    /// One entry with keys of its own.
    private static final class Sent {
        private final Provider provider;
        private final Scheme inner;
        private final TestKeys keys;
        private final String id;

        /// The headers without which the request proves nothing.
        private final List<String> proofs = new ArrayList<>();

        Sent(String name) {
            provider = Providers.named(name).orElseThrow();
            inner =
                    provider.scheme() instanceof PublishedScheme(Scheme one, _, _)
                            ? one
                            : provider.scheme();
            keys = TestKeys.of(provider.scheme(), 2);
            id = Samples.messageId(provider, new Random(7));
            SignedRequest sample = sample(null, NOW);
            if (inner instanceof EachItemScheme || inner instanceof SnsScheme) {
                return;
            }
            provider.scheme()
                    .sign(sample, keys.signing(), id, NOW)
                    .forEach((header, _) -> proofs.add(header));
            if (inner instanceof SigningScheme scheme) {
                if (scheme.idHeader() != null && !scheme.signsId()) {
                    proofs.remove(scheme.idHeader().primary());
                }
                for (Part part : scheme.content()) {
                    if (part instanceof Part.Header(HeaderName header)) {
                        proofs.add(header.primary());
                    }
                }
            }
        }

        SignedRequest sample(@Nullable String type, Instant now) {
            return Samples.request(provider, URL, type, null, keys.signing(), id, now);
        }

        Verdict verify(SignedRequest request, Instant now, Secret... secrets) {
            List<Secret> all = secrets.length == 0 ? List.of(keys.verifying()) : List.of(secrets);
            return provider.scheme().verify(request, all, now);
        }

        boolean coversBody() {
            return switch (inner) {
                case SigningScheme scheme -> scheme.coverage() == SigningScheme.Coverage.BODY;
                case AnyOfScheme _ -> true;
                case JwtScheme jwt -> jwt.coversBody();
                case MessageSignatureScheme message -> message.coversBody();
                case EachItemScheme _,
                        TokenScheme _,
                        BasicScheme _,
                        PublishedScheme _,
                        SnsScheme _,
                        Unverified _ ->
                        false;
            };
        }

        boolean isWholeBodyToken() {
            return inner instanceof JwtScheme jwt && jwt.place() == null;
        }

        boolean isProvedInHeaders() {
            return !proofs.isEmpty();
        }

        boolean mayRepeat(String header) {
            // Lines of a structured field are one; a label that comes twice in it is found.
            return inner instanceof MessageSignatureScheme
                    || (inner instanceof SigningScheme scheme
                            && scheme.place()
                                    instanceof SignaturePlace.InRepeatedHeader(String name)
                            && name.equals(header));
        }

        @Nullable TimestampRule rule() {
            return switch (inner) {
                case SigningScheme scheme -> scheme.timestamp();
                case SnsScheme scheme -> scheme.timestamp();
                case MessageSignatureScheme _ -> TimestampRule.secondsIn(HeaderName.of("any"));
                case AnyOfScheme any -> any.alternatives().getFirst().timestamp();
                default -> null;
            };
        }
    }
}
