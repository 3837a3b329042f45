package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Acknowledged;
import dev.belay.delivery.AttemptOutcome.TimedOut;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.delivery.AttemptOutcome.Unreachable;
import dev.belay.delivery.Transport.Sent;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.Misbehaviour;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever an endpoint does, the attempt ends with the outcome that names it, in time, and its
/// connection is not used again.
class HostileEndpointTest {
    private static final Duration DRIP = Duration.ofMillis(20);

    private final Attempts attempts = new Attempts();
    private final FakeEndpoint endpoint = FakeEndpoint.start();

    @AfterEach
    void close() {
        endpoint.close();
        attempts.close();
    }

    static Stream<Arguments> hostility() {
        AttemptOutcome late = new TimedOut();
        AttemptOutcome reset = new Unreachable(Trouble.RESET);
        AttemptOutcome protocol = new Unreachable(Trouble.PROTOCOL_ERROR);
        AttemptOutcome large = new Unreachable(Trouble.HEADERS_TOO_LARGE);
        return Stream.of(
                Arguments.of(new Misbehaviour.Stall(), late),
                Arguments.of(new Misbehaviour.CloseBeforeHeaders(), reset),
                Arguments.of(new Misbehaviour.Reset(), reset),
                Arguments.of(raw("HTTP/1.1 200 OK\r\n"), reset),
                Arguments.of(raw("HTTP/1.1 200 OK\r\nContent-Le"), reset),
                Arguments.of(raw("HTTP/1.1 2"), reset),
                Arguments.of(new Misbehaviour.DripHeaders(DRIP), late),
                Arguments.of(new Misbehaviour.HeaderFlood(), large),
                Arguments.of(raw("HTTP/1.1 200 OK\r\nA: " + "b".repeat(9_000) + "\r\n\r\n"), large),
                Arguments.of(raw("\r\n".repeat(10_000)), large),
                Arguments.of(new Misbehaviour.InterimFlood(), protocol),
                Arguments.of(raw("220 smtp.example.com ESMTP ready\r\n"), protocol),
                Arguments.of(raw("\0\1\2\3 garbage\r\n\r\n"), protocol),
                Arguments.of(raw("SSH-2.0-OpenSSH_9.6\r\n"), protocol),
                Arguments.of(answer("HTTP/1.1 999 Odd", ""), protocol),
                Arguments.of(answer("HTTP/1.1 600 Odd", ""), protocol),
                Arguments.of(answer("HTTP/1.1 99 Odd", ""), protocol),
                Arguments.of(answer("HTTP/1.1 101 Switching Protocols", ""), protocol),
                Arguments.of(answer("HTTP/2.0 200 OK", ""), protocol),
                Arguments.of(answer("HTTP/1.1 200 OK", "Content-Length: 3\r\n"), protocol),
                Arguments.of(answer("HTTP/1.1 200 OK", "Content-Length: 0\r\n"), protocol),
                Arguments.of(answer("HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n"), protocol),
                Arguments.of(answerTo("Content-Length: -1\r\n"), protocol),
                Arguments.of(answerTo("Content-Length: +1\r\n"), protocol),
                Arguments.of(answerTo("Content-Length: 1, 1\r\n"), protocol),
                Arguments.of(answerTo("Content-Length: 99999999999999999999\r\n"), protocol),
                Arguments.of(answerTo("Transfer-Encoding: gzip, chunked\r\n"), protocol),
                Arguments.of(answerTo("Transfer-Encoding: xchunked\r\n"), protocol),
                Arguments.of(answerTo("Content-Length : 0\r\n"), protocol),
                Arguments.of(answerTo("No colon here\r\n"), protocol));
    }

    private static Misbehaviour raw(String text) {
        return new Misbehaviour.Raw(text, true);
    }

    private static Misbehaviour answer(String statusLine, String more) {
        return new Misbehaviour.Raw(
                statusLine + "\r\nContent-Length: 0\r\n" + more + "\r\n", false);
    }

    private static Misbehaviour answerTo(String headers) {
        return new Misbehaviour.Raw("HTTP/1.1 200 OK\r\n" + headers + "\r\n", false);
    }

    @ParameterizedTest
    @MethodSource("hostility")
    void ends_with_the_outcome_that_names_it(Misbehaviour hostile, AttemptOutcome expected)
            throws Exception {
        endpoint.then(hostile);

        Duration timeout = expected instanceof TimedOut ? Attempts.SHORT : Duration.ofSeconds(10);

        Sent sent = attempts.send(Attempts.to(endpoint.uri("/"), timeout));

        assertThat(sent.outcome()).isEqualTo(expected);
        assertThat(attempts.transport.idleConnections()).isZero();
        endpoint.awaitOpenConnections(0, Duration.ofSeconds(5));
        assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                .isEqualTo(new Acknowledged(200));
        assertThat(endpoint.requests()).hasSize(2);
        assertThat(endpoint.connections()).isEqualTo(2);
    }

    @Test
    void a_dripping_body_does_not_change_a_good_status() throws Exception {
        endpoint.then(new Misbehaviour.DripBody(200, DRIP));

        Sent sent = attempts.send(Attempts.to(endpoint.uri("/")));

        assertThat(sent.outcome()).isEqualTo(new Acknowledged(200));
        assertThat(sent.response()).isNotNull();
        assertThat(sent.response().truncated()).isTrue();
        assertThat(sent.response().body().length()).isBetween(1, 100);
        endpoint.awaitOpenConnections(0, Duration.ofSeconds(5));
    }

    @Test
    void a_dripping_body_does_not_outlast_the_deadline() {
        endpoint.then(new Misbehaviour.DripBody(500, DRIP));

        HttpLimits patient =
                new HttpLimits(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(30),
                        64);
        try (Attempts patiently = new Attempts(Resolver.SYSTEM, Attempts.JDK_TLS, patient)) {
            Sent sent = patiently.send(Attempts.to(endpoint.uri("/"), Duration.ofSeconds(1)));

            assertThat(sent.outcome()).isEqualTo(new AttemptOutcome.Refused(500, null));
            assertThat(sent.response().truncated()).isTrue();
        }
    }

    @Test
    void of_an_endless_body_64_kib_are_kept() throws Exception {
        endpoint.then(new Misbehaviour.EndlessBody(201));

        Sent sent = attempts.send(Attempts.to(endpoint.uri("/")));

        assertThat(sent.outcome()).isEqualTo(new Acknowledged(201));
        assertThat(sent.response().body().length()).isEqualTo(65_536);
        assertThat(sent.response().truncated()).isTrue();
        endpoint.awaitOpenConnections(0, Duration.ofSeconds(5));
    }

    @Test
    void a_broken_chunked_body_does_not_change_a_good_status() {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        endpoint.then(raw(head + "5\r\nhello\r\nzz\r\n"));

        Sent sent = attempts.send(Attempts.to(endpoint.uri("/")));

        assertThat(sent.outcome()).isEqualTo(new Acknowledged(200));
        assertThat(sent.response().body().bytes())
                .startsWith("hello".getBytes(StandardCharsets.UTF_8));
        assertThat(sent.response().truncated()).isTrue();
    }

    @Test
    void a_second_answer_nobody_asked_for_is_never_taken_for_the_next_one() {
        String two = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2);
        endpoint.then(new Misbehaviour.Raw(two, false), new Misbehaviour.Status(500));

        assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                .isEqualTo(new Acknowledged(200));
        assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                .isEqualTo(new AttemptOutcome.Refused(500, null));
        assertThat(endpoint.connections()).isEqualTo(2);
    }

    @Test
    void a_closed_port_is_refused() throws IOException {
        int port;
        try (ServerSocket brief = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = brief.getLocalPort();
        }

        assertThat(attempts.outcome(Attempts.to(URI.create("http://127.0.0.1:" + port + "/"))))
                .isEqualTo(new Unreachable(Trouble.CONNECT_REFUSED));
    }

    @Test
    void a_listener_that_drops_connections_is_a_connect_timeout() throws IOException {
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket();
                filling.add(socket);
                try {
                    socket.connect(deaf.getLocalSocketAddress(), 200);
                } catch (java.net.SocketTimeoutException full) {
                    // The queue is full, as wanted.
                }
            }
            URI url = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");

            HttpLimits impatient = Attempts.limits(Duration.ofSeconds(5), Attempts.SHORT);
            try (Attempts hasty = new Attempts(Resolver.SYSTEM, Attempts.JDK_TLS, impatient)) {
                assertThat(hasty.outcome(Attempts.to(url)))
                        .isEqualTo(new Unreachable(Trouble.CONNECT_TIMEOUT));
            }
            assertThat(attempts.outcome(Attempts.to(url, Attempts.SHORT)))
                    .isEqualTo(new TimedOut());
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }
}
