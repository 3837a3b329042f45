package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Acknowledged;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.delivery.AttemptOutcome.Unreachable;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.TestCertificate;
import dev.belay.testkit.TestCertificate.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS with certificates that are right and wrong in one way each.
class TlsTest {
    private static final AttemptOutcome FAILURE = new Unreachable(Trouble.TLS_FAILURE);

    @TempDir Path directory;

    @Test
    void a_valid_certificate_is_taken_by_name_and_by_address_and_the_connection_kept()
            throws Exception {
        TestCertificate certificate = TestCertificate.make(Kind.VALID, directory);
        try (FakeEndpoint endpoint = FakeEndpoint.startTls(certificate.server());
                Attempts attempts =
                        new Attempts(
                                Attempts.leadingTo("127.0.0.1"),
                                certificate.client().getSocketFactory());
                Attempts trustingNobody = new Attempts()) {
            for (int i = 0; i < 3; i++) {
                assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                        .isEqualTo(new Acknowledged(200));
            }
            assertThat(endpoint.connections()).isEqualTo(1);
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("localhost", "/"))))
                    .isEqualTo(new Acknowledged(200));
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("wrong.example", "/"))))
                    .isEqualTo(FAILURE);
            assertThat(trustingNobody.outcome(Attempts.to(endpoint.uri("/")))).isEqualTo(FAILURE);
            assertThat(endpoint.requests()).hasSize(4);
        }
    }

    @Test
    void an_expired_certificate_has_an_outcome_of_its_own() throws Exception {
        TestCertificate certificate = TestCertificate.make(Kind.EXPIRED, directory);
        try (FakeEndpoint endpoint = FakeEndpoint.startTls(certificate.server());
                Attempts attempts =
                        new Attempts(Resolver.SYSTEM, certificate.client().getSocketFactory())) {
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                    .isEqualTo(new Unreachable(Trouble.TLS_EXPIRED));
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Test
    void a_plain_endpoint_behind_https_is_a_tls_failure_and_never_spoken_to_in_the_clear() {
        try (FakeEndpoint plain = FakeEndpoint.start();
                Attempts attempts = new Attempts()) {
            java.net.URI url = java.net.URI.create("https://127.0.0.1:" + plain.port() + "/");
            plain.otherwise(new dev.belay.testkit.Misbehaviour.Raw("HTTP/1.1 400 Bad\r\n", true));

            // The endpoint waits for a line that a TLS hello may not hold: the deadline ends it.
            AttemptOutcome outcome = attempts.outcome(Attempts.to(url, Attempts.SHORT));

            assertThat(outcome).isIn(FAILURE, new AttemptOutcome.TimedOut());
            assertThat(plain.requests()).noneMatch(r -> r.line().contains("POST"));
        }
    }
}
