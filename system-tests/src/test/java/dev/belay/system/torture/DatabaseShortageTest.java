package dev.belay.system.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.system.process.PostgresServer;
import dev.belay.system.process.Scratch;
import dev.belay.system.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A real server on a database that runs out of something: senders are told when to come again, and
/// the server goes on by itself when there is enough.
class DatabaseShortageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int CONNECTIONS = 20;
    private static final int BODY_BYTES = 30_000;

    private final SplittableRandom random = new SplittableRandom(7);

    private final HttpClient client = HttpClient.newHttpClient();
    private Scratch scratch;
    private SmallVolume volume;
    private PostgresServer database;
    private String url;
    private ServerProcess server;
    private int port;

    @BeforeEach
    void starts() throws Exception {
        scratch = Scratch.create(null, "shortage");
        volume = SmallVolume.make();
        database =
                PostgresServer.start(
                        List.of("max_connections=" + CONNECTIONS, "max_wal_size=32MB"),
                        volume.path());
        url = database.newDatabase();
        port = ServerProcess.freePort();
        Path config = scratch.path().resolve("belay.yaml");
        Files.writeString(
                config,
                ServerProcess.config(port, scratch.path().resolve("data"))
                        + """
                        database: { url: "%s", user: %s }
                        sources:
                          shop: { scheme: none }
                        """
                                .formatted(url, PostgresServer.user()));
        server =
                ServerProcess.start(
                        new ServerProcess.Launch(
                                ServerProcess.fromClassPath(),
                                List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                                config,
                                scratch.path().resolve("log"),
                                port));
        server.awaitReady(PATIENCE);
    }

    @AfterEach
    void ends() throws Exception {
        server.close();
        database.close();
        volume.close();
        scratch.close();
    }

    @Test
    void a_database_without_room_is_told_to_senders_and_taken_up_again_when_there_is_room()
            throws Exception {
        assertThat(send().statusCode()).isEqualTo(202);
        fill();
        HttpResponse<String> refused = sendUntil(503);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        makeRoom();
        sendUntil(202);
        assertThat(server.get("/readyz").status()).isEqualTo(200);
    }

    @Test
    void a_database_without_connections_is_told_to_senders_and_taken_up_again_when_there_are_some()
            throws Exception {
        List<Connection> taken = new ArrayList<>();
        try {
            takeAll(taken);
            HttpResponse<String> refused = sendUntil(503);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
            assertThat(server.get("/readyz").status()).isEqualTo(503);
        } finally {
            for (Connection one : taken) {
                one.close();
            }
        }
        sendUntil(202);
        assertThat(server.get("/readyz").status()).isEqualTo(200);
    }

    /// With a real small volume it is filled; where none can be mounted, the database says what it
    /// says on a full one.
    private void fill() throws SQLException, IOException {
        if (volume.isSmall()) {
            volume.fill();
            return;
        }
        run(
                """
                CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$
                """);
        run("CREATE TRIGGER full BEFORE INSERT ON belay.dedupe EXECUTE FUNCTION full()");
    }

    private void makeRoom() throws SQLException, IOException {
        if (volume.isSmall()) {
            volume.makeRoom();
            return;
        }
        run("DROP TRIGGER full ON belay.dedupe");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Takes every connection the database has, the server's own among them.
    private void takeAll(List<Connection> taken) throws SQLException {
        taken.add(database.connect(url));
        try (Statement statement = taken.getFirst().createStatement()) {
            statement.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name LIKE 'belay%'
                    """);
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (taken.size() < CONNECTIONS) {
                assertThat(System.nanoTime()).isLessThan(until);
                try {
                    taken.add(database.connect(url));
                } catch (SQLException allTaken) {
                    statement.execute(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE application_name LIKE 'belay%'
                            """);
                }
            }
        }
    }

    private HttpResponse<String> sendUntil(int status) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            HttpResponse<String> answer = send();
            if (answer.statusCode() == status) {
                return answer;
            }
            assertThat(System.nanoTime()).as(answer.body()).isLessThan(until);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private HttpResponse<String> send() throws IOException, InterruptedException {
        byte[] body = new byte[BODY_BYTES];
        random.nextBytes(body);
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/in/shop"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
