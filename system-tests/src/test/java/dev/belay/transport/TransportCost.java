package dev.belay.transport;

import com.sun.management.OperatingSystemMXBean;
import dev.belay.catalog.Destination;
import dev.belay.delivery.Transport.Sent;
import dev.belay.event.Event;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.time.SystemTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// What an attempt costs: CPU of this process per attempt, against an endpoint in another one.
///
/// Run `TransportCost endpoint` in one process, which prints its URL, and `TransportCost URL` in
/// another.
final class TransportCost {
    private static final int IN_FLIGHT = 32;
    private static final int ATTEMPTS = 100_000;
    private static final int ROUNDS = 4;

    private TransportCost() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        if (arguments[0].equals("endpoint")) {
            try (FakeEndpoint endpoint = FakeEndpoint.start()) {
                System.out.println(endpoint.uri("/"));
                System.in.read();
            }
            return;
        }
        SystemTime time = new SystemTime();
        Destination.Http destination =
                Attempts.to(
                        URI.create(arguments[0]),
                        Duration.ofSeconds(10),
                        List.of(Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
                        Headers.empty());
        Event event =
                Attempts.event(Headers.of("Content-Type", "application/json"), new byte[1_024]);
        try (Attempts attempts = new Attempts()) {
            for (int round = 1; round <= ROUNDS; round++) {
                long cpu = cpuNanos();
                long start = time.nanos();
                int failed = run(attempts, destination, event);
                System.out.printf(
                        "round %d: %.1f us CPU per attempt, %.0f attempts/s, %d failed%n",
                        round,
                        (cpuNanos() - cpu) / 1e3 / ATTEMPTS,
                        ATTEMPTS * 1e9 / (time.nanos() - start),
                        failed);
            }
        }
    }

    private static int run(Attempts attempts, Destination.Http destination, Event event)
            throws InterruptedException {
        Semaphore slots = new Semaphore(IN_FLIGHT);
        CountDownLatch done = new CountDownLatch(ATTEMPTS);
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < ATTEMPTS; i++) {
            slots.acquire();
            var _ =
                    attempts.transport
                            .send(Attempts.sending(destination, event))
                            .thenAccept(
                                    (Sent sent) -> {
                                        if (!sent.outcome().word().equals("delivered")) {
                                            failed.incrementAndGet();
                                        }
                                        slots.release();
                                        done.countDown();
                                    });
        }
        done.await();
        return failed.get();
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
