package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.AllowedRange;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.Misbehaviour;
import dev.belay.testkit.TestCertificate;
import dev.belay.testkit.TestCertificate.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fetching over real sockets and TLS.
class KeyFetchTest {
    @TempDir static Path directory;
    private static TestCertificate certificate;
    private static Attempts attempts;

    private final FakeEndpoint endpoint = endpoint();

    private static FakeEndpoint endpoint() {
        try {
            return FakeEndpoint.startTls(certificate.server());
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.make(Kind.VALID, directory);
        attempts =
                new Attempts(
                        Attempts.leadingTo("127.0.0.1"), certificate.client().getSocketFactory());
    }

    @AfterAll
    static void close() {
        attempts.close();
    }

    @AfterEach
    void closeEndpoint() {
        endpoint.close();
    }

    private static Fetched fetch(URI url, List<AllowedRange> allowed) {
        return attempts.transport.fetch(url, null, allowed).orTimeout(30, TimeUnit.SECONDS).join();
    }

    private Fetched fetch() {
        return fetch(endpoint.uri("localhost", "/certs?v=1"), Attempts.LOOPBACK);
    }

    @Test
    void a_document_is_fetched_whole_with_a_plain_get() {
        endpoint.then(new Misbehaviour.WithBody(200, "{\"keys\":[]}"));
        assertThat(fetch())
                .isInstanceOfSatisfying(
                        Fetched.Answered.class,
                        answered -> {
                            assertThat(answered.status()).isEqualTo(200);
                            assertThat(new String(answered.body().bytes(), StandardCharsets.UTF_8))
                                    .isEqualTo("{\"keys\":[]}");
                        });
        FakeEndpoint.Request request = endpoint.requests().getFirst();
        assertThat(request.line()).isEqualTo("GET /certs?v=1 HTTP/1.1");
        assertThat(request.header("Host")).isEqualTo("localhost:" + endpoint.port());
        assertThat(request.headers().count("Authorization")).isZero();
        assertThat(request.headers().count("Cookie")).isZero();
    }

    @Test
    void nothing_is_fetched_from_an_address_that_is_not_public_unless_the_operator_says_so() {
        for (String host : List.of("127.0.0.1", "localhost", "keys.example")) {
            assertThat(fetch(endpoint.uri(host, "/"), List.of()))
                    .as(host)
                    .isEqualTo(new Fetched.Failed("address_blocked"));
        }
        assertThat(endpoint.connections()).isZero();
    }

    @Test
    void nothing_is_fetched_in_the_clear() {
        try (FakeEndpoint plain = FakeEndpoint.start()) {
            assertThat(fetch(plain.uri("/"), Attempts.LOOPBACK))
                    .isEqualTo(new Fetched.Failed("address_blocked"));
            assertThat(plain.connections()).isZero();
        }
    }

    @Test
    void a_certificate_for_another_name_ends_it() {
        assertThat(fetch(endpoint.uri("sns.us-east-1.amazonaws.com", "/a.pem"), Attempts.LOOPBACK))
                .isEqualTo(new Fetched.Failed("tls_failure"));
        assertThat(endpoint.requests()).isEmpty();
    }

    @Test
    void a_redirect_is_not_followed() {
        try (FakeEndpoint elsewhere = FakeEndpoint.start()) {
            endpoint.then(
                    new Misbehaviour.Status(
                            302,
                            dev.belay.signature.Headers.of(
                                    "Location", elsewhere.uri("/keys").toString())));
            assertThat(fetch())
                    .isInstanceOfSatisfying(
                            Fetched.Answered.class,
                            answered -> assertThat(answered.status()).isEqualTo(302));
            assertThat(elsewhere.connections()).isZero();
        }
    }

    @Test
    void too_much_is_as_good_as_nothing_announced_or_not() {
        endpoint.then(
                new Misbehaviour.EndlessBody(200),
                new Misbehaviour.Raw("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n", false),
                new Misbehaviour.HeaderFlood());
        assertThat(fetch()).isEqualTo(new Fetched.Failed("headers_too_large"));
        assertThat(fetch()).isEqualTo(new Fetched.Failed("headers_too_large"));
        assertThat(fetch()).isEqualTo(new Fetched.Failed("headers_too_large"));
    }

    @Test
    void half_a_document_is_none() {
        endpoint.then(
                new Misbehaviour.Raw(
                        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"keys\":[]}", true));
        assertThat(fetch()).isInstanceOf(Fetched.Failed.class);
    }

    @Test
    void a_slow_publisher_is_given_up_whatever_it_sends_meanwhile() {
        endpoint.then(
                new Misbehaviour.DripHeaders(Duration.ofMillis(50)),
                new Misbehaviour.Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", false));
        var dripping =
                attempts.transport.fetch(endpoint.uri("localhost", "/1"), null, Attempts.LOOPBACK);
        var stalling =
                attempts.transport.fetch(endpoint.uri("localhost", "/2"), null, Attempts.LOOPBACK);
        assertThat(dripping.orTimeout(60, TimeUnit.SECONDS).join())
                .isEqualTo(new Fetched.Failed("timeout"));
        assertThat(stalling.orTimeout(60, TimeUnit.SECONDS).join())
                .isEqualTo(new Fetched.Failed("timeout"));
    }
}
