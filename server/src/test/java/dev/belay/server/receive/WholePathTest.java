package dev.belay.server.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Source;
import dev.belay.server.config.Entries;
import dev.belay.server.config.JsonTree;
import dev.belay.server.config.SecretReferences;
import dev.belay.server.http.HttpLimits;
import dev.belay.server.http.Listener;
import dev.belay.server.http.RawClient;
import dev.belay.server.http.Router;
import dev.belay.server.log.EventLog;
import dev.belay.server.log.LineWriter;
import dev.belay.server.log.LogSettings;
import dev.belay.server.metrics.Metrics;
import dev.belay.signal.Signal;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Listener, gateway, log and metrics together.
final class WholePathTest {
    private static final String CANARY = "cAnArY";

    private static Source source() {
        String json =
                """
                {"scheme": {"token": {"header": "X-Token"}}, "secrets": ["cAnArY-secret"],
                 "id": {"header": "X-Id"}, "type": {"header": "X-Type"}}
                """;
        Entries entries = new Entries(new SecretReferences(Map.of(), Path.of("")));
        return switch (entries.source("shop", JsonTree.read(json))) {
            case Entries.Reading.Entry<Source>(Source source) -> source;
            case Entries.Reading.Invalid<Source>(var problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static int post(Listener listener, String token, String id) throws IOException {
        String body = "{\"cAnArY-body\":1}";
        try (RawClient client = new RawClient(listener.port())) {
            return client.send(
                            String.join(
                                    "\r\n",
                                    "POST /in/shop?cAnArY=query HTTP/1.1",
                                    "Host: a",
                                    "X-Token: " + token,
                                    "X-Id: " + id,
                                    "X-Type: order.paid",
                                    "Cookie: cAnArY-header",
                                    "Content-Length: " + body.length(),
                                    "",
                                    body))
                    .answer()
                    .status();
        }
    }

    @Test
    @Timeout(60)
    void log_and_metrics_tell_the_story_and_nothing_of_what_was_sent(@TempDir Path data)
            throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Catalog catalog = Catalog.of(List.of(source()), List.of(), List.of());
        Metrics metrics = new Metrics(() -> catalog);
        CountDownLatch delivered = new CountDownLatch(1);
        SystemTime time = new SystemTime();
        try (LineWriter writer = new LineWriter(out);
                SystemTimers timers = new SystemTimers()) {
            EventLog log = new EventLog(writer, LogSettings.DEFAULT, time);
            GatewayConfig config =
                    GatewayConfig.at(data)
                            .catalog(catalog)
                            .signals(
                                    signal -> {
                                        log.on(signal);
                                        metrics.on(signal);
                                        if (signal instanceof Signal.Delivered) {
                                            delivered.countDown();
                                        }
                                    })
                            .build();
            try (Gateway gateway = Gateway.open(config)) {
                gateway.on("shop", "order.paid", (event, context) -> {});
                ReceiveHandler handler =
                        new ReceiveHandler(catalog::source, gateway::receive, "http://a");
                try (Listener listener =
                        Listener.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                new Router().add("POST", "/in/{source}", handler),
                                new Listener.Parts(time, timers, new SplittableRandom(1)),
                                HttpLimits.DEFAULT)) {
                    assertThat(post(listener, "cAnArY-secret", "1")).isEqualTo(202);
                    assertThat(post(listener, "cAnArY-secret", "1")).isEqualTo(202);
                    assertThat(post(listener, "cAnArY-wrong", "2")).isEqualTo(401);
                    assertThat(delivered.await(30, TimeUnit.SECONDS)).isTrue();
                }
            }
        }
        String said = out.toString(StandardCharsets.UTF_8);
        assertThat(said.lines().map(line -> line.split(" ", 4)[2]))
                .contains(
                        "received",
                        "validated",
                        "accepted",
                        "duplicate",
                        "rejected",
                        "processing",
                        "succeeded");
        assertThat(said).doesNotContainIgnoringCase(CANARY).doesNotContain("trouble");
        assertThat(metrics.text())
                .contains("belay_accepted_total{source=\"shop\"} 1.0")
                .doesNotContainIgnoringCase(CANARY);
    }
}
