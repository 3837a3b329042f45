package dev.belay.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sender and receiver against each other: what they add to a measurement of the gateway.
class LoadSenderTest {
    private final Time time = new SystemTime();

    @Test
    void every_request_is_received_once_and_answered() throws Exception {
        Timeline timeline = new Timeline();
        try (Receiver receiver = new Receiver(timeline, time);
                LoadSender sender = sender(receiver, timeline)) {
            sender.connections(16);
            Receiver.Window window = receiver.measure(1);
            Load.Result result = sender.run(new Load(Duration.ofMillis(500), 0));

            assertThat(result.acceptedInAll()).isPositive().isEqualTo(sender.nextNumber() - 1);
            assertThat(window.received()).isEqualTo(result.acceptedInAll());
            assertThat(window.repeated()).isZero();
            assertThat(result.refused()).isEmpty();
            assertThat(result.latency().total()).isEqualTo(result.acceptedInAll());
            assertThat(window.sinceSent().total()).isEqualTo(result.acceptedInAll());
        }
    }

    @Test
    void a_rate_sends_what_is_due_and_no_more() throws Exception {
        Timeline timeline = new Timeline();
        try (Receiver receiver = new Receiver(timeline, time);
                LoadSender sender = sender(receiver, timeline)) {
            sender.connections(8);
            Load.Result result = sender.run(new Load(Duration.ofMillis(500), 400));

            assertThat(result.acceptedInAll()).isEqualTo(200);
        }
    }

    private LoadSender sender(Receiver receiver, Timeline timeline) throws Exception {
        return new LoadSender(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), receiver.port())),
                new RequestTemplate("bench", "run", 1024),
                timeline,
                time,
                1);
    }
}
