package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Acknowledged;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.delivery.AttemptOutcome.Unreachable;
import dev.belay.testkit.FakeEndpoint;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Attempts go to addresses that were judged, and to no other.
class AddressGuardTest {
    private static final AttemptOutcome BLOCKED = new Unreachable(Trouble.ADDRESS_BLOCKED);
    private static final InetAddress GOOD = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress BAD = InetAddress.ofLiteral("127.0.0.2");

    @Test
    void a_name_that_is_rebound_after_the_check_leads_nowhere_else() {
        AtomicInteger asked = new AtomicInteger();
        Resolver rebinding = host -> List.of(asked.getAndIncrement() == 0 ? GOOD : BAD);
        try (FakeEndpoint good = FakeEndpoint.start(GOOD);
                FakeEndpoint bad = FakeEndpoint.start(BAD);
                Attempts attempts = new Attempts(rebinding)) {
            AttemptOutcome first = attempts.outcome(Attempts.to(good.uri("hook.example", "/")));

            assertThat(first).isEqualTo(new Acknowledged(200));
            assertThat(asked).hasValue(1);
            assertThat(good.requests().getFirst().header("Host"))
                    .isEqualTo("hook.example:" + good.port());
            AttemptOutcome second = attempts.outcome(Attempts.to(bad.uri("other.example", "/")));
            assertThat(second).isEqualTo(BLOCKED);
            assertThat(bad.connections()).isZero();
        }
    }

    @Test
    void one_bad_answer_among_good_ones_blocks_the_attempt() {
        try (FakeEndpoint good = FakeEndpoint.start(GOOD);
                Attempts attempts = new Attempts(Attempts.leadingTo("127.0.0.1", "10.0.0.1"))) {
            assertThat(attempts.outcome(Attempts.to(good.uri("mixed.example", "/"))))
                    .isEqualTo(BLOCKED);
            assertThat(good.connections()).isZero();
        }
    }

    @Test
    void a_literal_outside_the_ranges_is_blocked_at_the_attempt_too() {
        try (FakeEndpoint bad = FakeEndpoint.start(BAD);
                Attempts attempts = new Attempts()) {
            assertThat(attempts.outcome(Attempts.to(bad.uri("/")))).isEqualTo(BLOCKED);
            assertThat(attempts.outcome(Attempts.to(URI.create("http://127.2/"))))
                    .isEqualTo(BLOCKED);
            assertThat(bad.connections()).isZero();
        }
    }

    @Test
    void localhost_means_loopback_without_asking_anybody() {
        Resolver never =
                host -> {
                    throw new AssertionError("asked for " + host);
                };
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                Attempts attempts = new Attempts(never)) {
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("localhost", "/"))))
                    .isEqualTo(new Acknowledged(200));
        }
    }

    @Test
    void a_name_that_leads_nowhere_is_a_dns_failure() {
        try (Attempts attempts = new Attempts()) {
            assertThat(attempts.outcome(Attempts.to(URI.create("http://nowhere.example/"))))
                    .isEqualTo(new Unreachable(Trouble.DNS_FAILURE));
        }
        try (Attempts attempts = new Attempts(host -> List.of())) {
            assertThat(attempts.outcome(Attempts.to(URI.create("http://empty.example/"))))
                    .isEqualTo(new Unreachable(Trouble.DNS_FAILURE));
        }
    }

    @Test
    void silent_name_servers_delay_only_their_own_names() {
        CountDownLatch silence = new CountDownLatch(1);
        Resolver halfSilent =
                host -> {
                    if (host.startsWith("silent")) {
                        try {
                            silence.await();
                        } catch (InterruptedException e) {
                            throw new UnknownHostException(host);
                        }
                    }
                    return List.of(GOOD);
                };
        HttpLimits limits = Attempts.limits(Attempts.SHORT, Duration.ofSeconds(3));
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                Attempts attempts = new Attempts(halfSilent, Attempts.JDK_TLS, limits)) {
            for (int i = 0; i < 200; i++) {
                var _ = attempts.start(Attempts.to(endpoint.uri("silent.example", "/")));
            }
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("quick.example", "/"))))
                    .isEqualTo(new Acknowledged(200));
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("silent.example", "/"))))
                    .isEqualTo(new Unreachable(Trouble.DNS_FAILURE));
            assertThat(endpoint.requests()).hasSize(1);
        } finally {
            silence.countDown();
        }
    }

    @Test
    void a_second_address_is_tried_when_the_first_does_not_take_connections() throws Exception {
        int port;
        try (FakeEndpoint endpoint = FakeEndpoint.start(InetAddress.ofLiteral("127.0.0.1"));
                Attempts attempts = new Attempts(host -> List.of(BAD, GOOD))) {
            port = endpoint.port();
            var both =
                    new dev.belay.catalog.Destination.Http(
                            "two",
                            URI.create("http://two.example:" + port + "/"),
                            List.of(
                                    dev.belay.catalog.AllowedRange.parse("127.0.0.0/8")
                                            .orElseThrow()),
                            List.of(),
                            dev.belay.signature.Headers.empty(),
                            Duration.ofSeconds(10),
                            1,
                            null,
                            dev.belay.catalog.BreakerPolicy.DEFAULT);
            assertThat(attempts.outcome(both)).isEqualTo(new Acknowledged(200));
        }
    }
}
