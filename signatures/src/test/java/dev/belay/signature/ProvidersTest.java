package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    @Test
    void the_catalogue_is_complete_and_every_name_is_taken_once() {
        assertThat(Providers.all())
                .extracting(Provider::name)
                .containsExactly(
                        "standard-webhooks",
                        "svix",
                        "github",
                        "stripe",
                        "shopify",
                        "slack",
                        "generic",
                        "token",
                        "basic",
                        "none");
        assertThat(Providers.named("github").map(Provider::name)).contains("github");
        assertThat(Providers.named("GitHub")).isEmpty();
    }

    @Test
    void only_the_entry_named_none_checks_nothing() {
        assertThat(Providers.all())
                .filteredOn(provider -> provider.scheme() instanceof Unverified)
                .extracting(Provider::name)
                .containsExactly("none");
    }

    @Test
    void vendors_get_the_answer_and_the_room_they_document() {
        assertThat(named("github").bodyLimitBytes()).isEqualTo(26_214_400);
        assertThat(named("stripe").bodyLimitBytes()).isEqualTo(5_242_880);
        assertThat(named("shopify").acknowledgement().status()).isEqualTo(200);
        assertThat(named("slack").acknowledgement().status()).isEqualTo(200);
        assertThat(named("github").acknowledgement().status()).isEqualTo(202);
        assertThat(named("slack").handshake())
                .isEqualTo(new Handshake.EchoChallenge("url_verification", "/challenge", 1024));
        assertThat(Providers.all())
                .filteredOn(provider -> !provider.name().equals("slack"))
                .extracting(Provider::handshake)
                .containsOnly(new Handshake.None());
    }

    @Test
    void nothing_printed_holds_a_secret() {
        Secret secret = Secret.of("canary-7f3a:MfKQ9r8GKYqrTwjU");
        SignedRequest request =
                Samples.request(named("token"), null, null, secret, "m", Instant.EPOCH);
        List<Object> printed =
                List.of(
                        secret,
                        request,
                        request.headers(),
                        named("token").scheme().verify(request, List.of(secret), Instant.EPOCH));

        assertThat(request.headers().first("X-Webhook-Token")).contains(secret.reveal());
        for (Object object : printed) {
            assertThat(object.toString()).doesNotContain("canary", "MfKQ");
        }
        for (Provider provider : Providers.all()) {
            IntStream.of(0, 10, 20)
                    .mapToObj(end -> Secret.of("canary !" + "\n".repeat(end)))
                    .map(bad -> provider.scheme().problemWith(bad))
                    .forEach(problem -> assertThat(problem.orElse("")).doesNotContain("canary"));
        }
    }

    private static Provider named(String name) {
        return Providers.named(name).orElseThrow();
    }
}
