package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.DatabaseConfig;
import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.Published;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.server.cli.Main;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Secret;
import dev.belay.system.process.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The one change in a configuration, and a gateway that runs on it.
class PostgresGatewayTest {
    private final Fixture fixture = new Fixture();
    @TempDir private Path directory;

    @AfterEach
    void closes() {
        fixture.close();
    }

    @Test
    void a_gateway_on_a_database_delivers_what_is_published_also_after_it_was_opened_again()
            throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        for (String text : List.of("\"first\"", "\"second\"")) {
            try (Gateway gateway = open("one")) {
                assertThat(gateway.health().ready()).isTrue();
                assertThat(gateway.health().reason()).isEmpty();
                gateway.on(
                        Event.PUBLISHED_SOURCE,
                        "order.paid",
                        (event, context) ->
                                heard.add(
                                        new String(event.body().bytes(), StandardCharsets.UTF_8)));
                assertThat(publish(gateway, text)).isInstanceOf(Published.Accepted.class);
                assertThat(heard.poll(1, TimeUnit.MINUTES)).isEqualTo(text);
            }
        }
        assertThat(fixture.number("SELECT count(*) FROM belay.node")).isEqualTo(1);
        assertThat(fixture.number("SELECT count(*) FROM belay.delivery WHERE state = 3"))
                .isEqualTo(2);
    }

    @Test
    void two_gateways_on_one_database_know_the_same_keys_and_make_ids_of_their_own()
            throws Exception {
        try (Gateway one = open("one");
                Gateway two = open("two")) {
            Published first = one.publish("t", body("{}"), "key");
            Published again = two.publish("t", body("{}"), "key");
            Published other = two.publish("t", body("{}"), "other");
            assertThat(first).isInstanceOf(Published.Accepted.class);
            assertThat(again)
                    .isEqualTo(new Published.Duplicate(((Published.Accepted) first).event()));
            // The node's number is in bits 12 to 21 of an id.
            assertThat(((Published.Accepted) first).event().value() >>> 12 & 1023).isEqualTo(0);
            assertThat(((Published.Accepted) other).event().value() >>> 12 & 1023).isEqualTo(1);
        }
    }

    @Test
    void what_waits_for_a_destination_that_only_another_node_knows_is_left_to_that_node()
            throws Exception {
        BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        SignalListener listener =
                signal -> {
                    if (signal instanceof Signal.Trouble trouble) {
                        troubles.add(trouble.toString());
                    }
                };
        try (Gateway one = open("one");
                Gateway two = Gateway.open(config("two").signals(listener).build())) {
            one.on(Event.PUBLISHED_SOURCE, "order.paid", (event, context) -> heard.add(event));
            String handler = one.catalog().destinations().keySet().iterator().next();
            one.pause(handler);
            assertThat(publish(one, "{}")).isInstanceOf(Published.Accepted.class);
            assertThat(two.buryUndeclared()).isEmpty();
            assertThat(troubles.poll(1, TimeUnit.MINUTES))
                    .contains("wait for a destination that is not declared: " + handler);
            one.resume(handler);
            assertThat(heard.poll(1, TimeUnit.MINUTES)).isNotNull();
        }
    }

    @Test
    void the_file_names_the_database_and_keeps_the_password_elsewhere() throws Exception {
        ReadResult read =
                read(
                        """
                        database:
                          url: jdbc:postgresql://db.example/belay
                          user: belay
                          password: env:PGPASSWORD
                          allow-unsafe: true
                        """,
                        Map.of("PGPASSWORD", "s3cret"));
        assertThat(((ReadResult.Config) read).settings().database())
                .isEqualTo(
                        new DatabaseConfig(
                                "jdbc:postgresql://db.example/belay",
                                "belay",
                                Secret.of("s3cret"),
                                true));
        assertThat(((ReadResult.Config) read(" {}", Map.of())).settings().database()).isNull();
    }

    @Test
    void what_is_wrong_with_a_database_is_said_all_at_once() throws Exception {
        ReadResult read =
                read(
                        """
                        database:
                          url: mysql://db.example/belay
                          password: env:PGPASSWORD
                          allow-unsafe: perhaps
                          passwrod: x
                        """,
                        Map.of());
        assertThat(((ReadResult.Problems) read).problems())
                .extracting(problem -> problem.pointer() + " " + problem.message())
                .anyMatch(p -> p.startsWith("/database/url must begin with jdbc:postgresql:"))
                .anyMatch(p -> p.contains("needs the environment variable PGPASSWORD"))
                .anyMatch(p -> p.startsWith("/database/allow-unsafe must be true or false"))
                .anyMatch(p -> p.startsWith("/database/passwrod is not a known key"));
    }

    @Test
    void migrate_makes_the_schema_and_says_its_number() throws Exception {
        Path file = directory.resolve("belay.yaml");
        Files.writeString(
                file,
                "database: { url: \"%s\", user: %s }\n"
                        .formatted(fixture.url(), PostgresServer.user()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code =
                Main.run(List.of("migrate", "--config", file.toString()), Map.of(), print, print);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("the schema is 1");
        assertThat(code).isZero();
        assertThat(fixture.number("SELECT max(version) FROM belay.schema_version")).isEqualTo(1);
    }

    private ReadResult read(String yaml, Map<String, String> environment) throws Exception {
        Path file = directory.resolve("belay.yaml");
        Files.writeString(file, yaml);
        return ConfigReader.read(file, environment);
    }

    private Gateway open(String node) {
        return Gateway.open(config(node).build());
    }

    private GatewayConfig.Builder config(String node) {
        return GatewayConfig.at(directory.resolve(node))
                .database(new DatabaseConfig(fixture.url(), PostgresServer.user(), null, false));
    }

    private static Published publish(Gateway gateway, String text) {
        return gateway.publish("order.paid", body(text), null);
    }

    private static Body body(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
