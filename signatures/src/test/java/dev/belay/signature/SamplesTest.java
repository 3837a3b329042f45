package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");

    static List<String> providers() {
        return Providers.all().stream().map(Provider::name).toList();
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
        for (int i = 0; i < 200; i++) {
            String id = Samples.messageId(provider, random);
            assertThat(seen.add(id)).isTrue();
            if (provider.scheme() instanceof SigningScheme scheme) {
                assertThat(scheme.admitsId(id)).isTrue();
            }
        }
    }
}
