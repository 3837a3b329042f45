package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SamplesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");
    private static final JsonMapper JSON = new JsonMapper();

    static List<String> providers() {
        return Providers.all().stream().map(Provider::name).toList();
    }

    /// A secret that the provider's scheme can use.
    static @Nullable Secret secret(Provider provider) {
        return switch (provider.scheme()) {
            case HmacScheme hmac -> Secret.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
            case TokenScheme token -> Secret.of("a-token");
            case BasicScheme basic -> Secret.of("user:password");
            case Unverified unverified -> null;
        };
    }

    @ParameterizedTest
    @MethodSource("providers")
    void every_sample_is_genuine_and_has_its_id_and_type_where_the_provider_has_them(String name) {
        Provider provider = Providers.named(name).orElseThrow();
        Secret secret = secret(provider);
        List<Secret> secrets = secret == null ? List.of() : List.of(secret);

        assertThat(Samples.types(provider)).hasSizeGreaterThanOrEqualTo(3);
        for (String type : Samples.types(provider)) {
            String id = Samples.messageId(provider, new Random(7));
            SignedRequest request = Samples.request(provider, type, null, secret, id, NOW);

            assertThat(provider.scheme().verify(request, secrets, NOW))
                    .isEqualTo(new Verdict.Genuine(secret == null ? Unverified.NO_SECRET : 0));
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.headers().all("Content-Type")).containsExactly("application/json");
            request.headers()
                    .forEach(
                            (header, value) -> assertThat(request.headers().count(header)).isOne());
            assertThat(first(provider.eventType(), request)).contains(type);
            if (type.equals("url_verification")) {
                assertThat(json(request).at("/challenge").asString()).isEqualTo(id);
            } else {
                assertThat(first(provider.eventId(), request)).contains(id);
            }
            assertThat(new String(request.body(), StandardCharsets.UTF_8)).doesNotContain("{{");
        }
    }

    @Test
    void a_body_of_ones_own_is_signed_as_it_is() {
        Provider github = Providers.named("github").orElseThrow();
        byte[] body = {'{', ' ', '}', '\n'};
        Secret secret = Secret.of("k");

        SignedRequest request = Samples.request(github, "release", body, secret, "d-1", NOW);

        assertThat(request.body()).isSameAs(body);
        assertThat(request.headers().first("X-GitHub-Event")).contains("release");
        assertThat(github.scheme().verify(request, List.of(secret), NOW))
                .isEqualTo(new Verdict.Genuine(0));
    }

    @Test
    void the_first_type_is_the_default_and_an_unknown_one_is_answered_with_the_known() {
        Provider github = Providers.named("github").orElseThrow();
        Secret secret = Secret.of("k");

        assertThat(
                        Samples.request(github, null, null, secret, "d-1", NOW)
                                .headers()
                                .first("X-GitHub-Event"))
                .contains("push");
        assertThatThrownBy(() -> Samples.request(github, "pull", null, secret, "d-1", NOW))
                .hasMessage("no sample pull of github, only push, pull_request, issues, ping");
        assertThatThrownBy(() -> Samples.request(github, null, null, null, "d-1", NOW))
                .hasMessage("signing takes a secret");
        assertThatThrownBy(() -> Samples.body(github, "push", "a\"b", NOW))
                .hasMessageContaining("quote");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void message_ids_are_fresh_and_fit_the_scheme(String name) {
        Provider provider = Providers.named(name).orElseThrow();
        Random random = new Random(11);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = Samples.messageId(provider, random);
            assertThat(seen.add(id)).isTrue();
            if (provider.scheme() instanceof HmacScheme scheme) {
                assertThat(scheme.admitsId(id)).isTrue();
            }
        }
    }

    private static Optional<String> first(List<Location> locations, SignedRequest request) {
        for (Location location : locations) {
            Optional<String> found =
                    switch (location) {
                        case Location.Header(String name) -> request.headers().first(name);
                        case Location.Pointer(String pointer) ->
                                Optional.of(json(request).at(pointer))
                                        .filter(node -> !node.isMissingNode())
                                        .map(JsonNode::asString);
                    };
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static JsonNode json(SignedRequest request) {
        return JSON.readTree(request.body());
    }
}
