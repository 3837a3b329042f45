package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What must hold for every provider and every request, tried on random ones. Each case prints its
/// seed when it fails.
class SignaturePropertiesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");

    static List<Provider> senders() {
        return Stream.of(
                        "standard-webhooks",
                        "svix",
                        "github",
                        "stripe",
                        "shopify",
                        "slack",
                        "generic",
                        "token",
                        "basic")
                .map(name -> Providers.named(name).orElseThrow())
                .toList();
    }

    static List<Provider> signers() {
        return senders().subList(0, 7);
    }

    @ParameterizedTest
    @MethodSource("senders")
    void whatever_is_signed_verifies_and_only_with_its_secret(Provider provider) {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Secret secret = secret(provider, random);
            Secret other = secret(provider, random);
            byte[] body = new byte[random.nextInt(2_000)];
            random.nextBytes(body);
            Instant now = NOW.plusMillis(random.nextLong(1L << 40));
            SignedRequest request =
                    Samples.request(
                            provider, null, body, secret, Samples.messageId(provider, random), now);
            Scheme scheme = provider.scheme();

            assertThat(scheme.problemWith(secret)).isEmpty();
            assertThat(scheme.verify(request, List.of(other, secret), now))
                    .as("seed %d", seed)
                    .isEqualTo(new Genuine(1));
            assertThat(scheme.verify(request, List.of(other), now))
                    .as("seed %d", seed)
                    .isEqualTo(new Forged(Verdict.Reason.MISMATCH));
        }
    }

    @ParameterizedTest
    @MethodSource("signers")
    void a_flipped_bit_of_the_body_is_noticed(Provider provider) {
        Random random = new Random(3);
        Secret secret = secret(provider, random);
        byte[] body = new byte[97];
        random.nextBytes(body);
        SignedRequest request = Samples.request(provider, null, body, secret, "m-1", NOW);
        for (int bit = 0; bit < 8 * body.length; bit++) {
            byte[] flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            SignedRequest forged = new SignedRequest("POST", "", request.headers(), flipped);

            assertThat(provider.scheme().verify(forged, List.of(secret), NOW))
                    .as("bit %d", bit)
                    .isEqualTo(new Forged(Verdict.Reason.MISMATCH));
        }
    }

    @ParameterizedTest
    @MethodSource("senders")
    void a_flipped_bit_of_anything_the_scheme_reads_is_noticed(Provider provider) {
        Secret secret = secret(provider, new Random(4));
        byte[] body = {'{', '}'};
        SignedRequest request = Samples.request(provider, null, body, secret, "m-1", NOW);
        assertThat(provider.scheme().verify(request, List.of(secret), NOW))
                .isEqualTo(new Genuine(0));

        int tried = 0;
        List<String> lines = lines(request.headers());
        for (int line = 0; line < lines.size(); line += 2) {
            String name = lines.get(line).toLowerCase(Locale.ROOT);
            if (!isCovered(provider.scheme(), name)) {
                continue;
            }
            String value = lines.get(line + 1);
            for (int bit = 0; bit < 7 * value.length(); bit++) {
                char[] characters = value.toCharArray();
                characters[bit / 7] ^= (char) (1 << bit % 7);
                String flipped = new String(characters);
                if (means(flipped, value)) {
                    continue;
                }
                List<String> forged = new ArrayList<>(lines);
                forged.set(line + 1, flipped);
                SignedRequest with = new SignedRequest("POST", "", Headers.of(forged), body);

                assertThat(provider.scheme().verify(with, List.of(secret), NOW))
                        .as("%s: %s", name, flipped)
                        .isInstanceOf(Forged.class);
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("senders")
    void garbage_is_forged_and_never_an_exception(Provider provider) {
        List<String> pieces =
                List.of(
                        "v1",
                        "v1,",
                        "v0=",
                        "t=",
                        ",",
                        " ",
                        "=",
                        ";",
                        ".",
                        "sha256=",
                        "Bearer ",
                        "Basic ",
                        "1772366400",
                        "A".repeat(43) + "=",
                        "0".repeat(64),
                        "\u0000",
                        "\r\n",
                        "\u00e9",
                        "\uD83D",
                        "-1",
                        "\uFF11",
                        "a:b",
                        "{",
                        "%00");
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            Secret secret = secret(provider, random);
            SignedRequest good =
                    Samples.request(provider, null, new byte[] {1}, secret, "m-1", NOW);
            List<String> lines = lines(good.headers());
            List<String> garbage = new ArrayList<>();
            boolean touched = false;
            for (int i = 0; i < lines.size(); i += 2) {
                boolean read = isCovered(provider.scheme(), lines.get(i).toLowerCase(Locale.ROOT));
                int copies = read ? random.nextInt(3) : 1;
                for (int copy = 0; copy < copies; copy++) {
                    StringBuilder value = new StringBuilder();
                    int length = random.nextInt(30);
                    for (int piece = 0; piece < length; piece++) {
                        value.append(pieces.get(random.nextInt(pieces.size())));
                    }
                    garbage.add(lines.get(i));
                    garbage.add(read ? value.toString() : lines.get(i + 1));
                }
                touched |= read;
            }
            assertThat(touched).isTrue();
            assertThat(
                            provider.scheme()
                                    .verify(
                                            new SignedRequest(
                                                    "POST",
                                                    "",
                                                    Headers.of(garbage),
                                                    new byte[] {1}),
                                            List.of(secret),
                                            NOW))
                    .as("seed %d", seed)
                    .isInstanceOf(Forged.class);
        }
    }

    /// Whether a change of this header's value has to be noticed.
    private static boolean isCovered(Scheme scheme, String name) {
        return switch (scheme) {
            case SigningScheme hmac ->
                    name.endsWith("signature")
                            || name.endsWith("signature-256")
                            || name.endsWith("hmac-sha256")
                            || name.endsWith("timestamp")
                            || (hmac.signsId() && name.endsWith("-id"));
            case TokenScheme token -> name.equals("x-webhook-token");
            case BasicScheme basic -> name.equals("authorization");
            case AnyOfScheme any ->
                    name.endsWith("-signature")
                            || name.endsWith("-timestamp")
                            || name.endsWith("-id");
            case EachItemScheme each -> false;
            case JwtScheme _, MessageSignatureScheme _, PublishedScheme _, SnsScheme _ -> false;
            case Unverified unverified -> false;
        };
    }

    /// Whether two texts mean the same to every scheme: hex and the names of authentication schemes
    /// are read in any case, and blanks around a value do not count.
    private static boolean means(String flipped, String value) {
        if (value.length() >= 64 && isHexTail(value)) {
            int tail = value.length() - 64;
            return flipped.substring(0, tail).equals(value.substring(0, tail))
                    && flipped.equalsIgnoreCase(value);
        }
        return value.startsWith("Basic ")
                && flipped.regionMatches(true, 0, value, 0, 6)
                && flipped.endsWith(value.substring(6));
    }

    private static boolean isHexTail(String value) {
        return value.substring(value.length() - 64)
                .chars()
                .allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.addAll(List.of(name, value)));
        return lines;
    }

    private static Secret secret(Provider provider, Random random) {
        byte[] bytes = new byte[24 + random.nextInt(41)];
        random.nextBytes(bytes);
        String text = Base64.getEncoder().encodeToString(bytes);
        return Secret.of(
                switch (provider.scheme()) {
                    case AnyOfScheme any -> "whsec_" + text;
                    case SigningScheme signing -> text;
                    case TokenScheme token -> text;
                    case BasicScheme basic -> "user:" + text;
                    case EachItemScheme each -> text;
                    case JwtScheme _, MessageSignatureScheme _, PublishedScheme _, SnsScheme _ ->
                            text;
                    case Unverified unverified -> text;
                });
    }
}
