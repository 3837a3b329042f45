package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.delivery.Wakeups;
import dev.belay.event.Body;
import dev.belay.event.EventId;
import dev.belay.system.process.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/// Gateways of several nodes on one database.
public final class NodesOnDatabase implements AutoCloseable {
    /// So long that whatever happens within a test was not found by a sweep.
    public static final Duration NEVER = Duration.ofDays(1);

    /// So often that a test need not wait for it.
    public static final Duration OFTEN = Duration.ofMillis(20);

    private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Path directory;
    private final String url = PostgresServer.shared().newDatabase();
    private final Deque<Gateway> open = new ArrayDeque<>();

    public NodesOnDatabase(Path directory) {
        this.directory = directory;
    }

    public String url() {
        return url;
    }

    /// A node that looks into the store by itself this often.
    public Gateway open(String node, Duration sweep) {
        return open(node, sweep, stores -> stores);
    }

    /// A node that nobody wakes.
    public Gateway deaf(String node, Duration sweep) {
        return open(node, sweep, stores -> with(stores, Wakeups.NONE));
    }

    Gateway open(String node, Duration sweep, UnaryOperator<Stores> with) {
        DispatcherLimits usual = DispatcherLimits.DEFAULT;
        GatewayConfig config =
                GatewayConfig.at(directory.resolve(node))
                        .database(new DatabaseConfig(url, PostgresServer.user(), null, false))
                        .dispatcher(
                                new DispatcherLimits(
                                        usual.lease(),
                                        usual.laneCapacity(),
                                        usual.handOverBytes(),
                                        sweep,
                                        usual.poisonAfter(),
                                        usual.maxRetryAfter(),
                                        usual.maxThrottled()))
                        .build();
        Gateway gateway = Gateway.open(config, with.apply(StoreOpening.open(config)));
        open.push(gateway);
        return gateway;
    }

    static Stores with(Stores stores, Wakeups wakeups) {
        return new Stores(
                stores.journal(),
                stores.queue(),
                stores.history(),
                stores.catalog(),
                wakeups,
                stores.failure(),
                stores.close(),
                stores.node(),
                stores.warning(),
                stores.sharing());
    }

    /// Publishes an event of a type.
    public static EventId publish(Gateway gateway, String type) {
        Body body = Body.of("{}".getBytes(StandardCharsets.UTF_8));
        Published published = gateway.publish(type, body, null);
        assertThat(published).isInstanceOf(Published.Accepted.class);
        return ((Published.Accepted) published).event();
    }

    /// The state of an event's one delivery.
    public static DeliveryState state(Gateway gateway, EventId event) {
        assertThat(gateway.history().deliveriesOf(event)).hasSize(1);
        Delivery delivery = gateway.history().deliveriesOf(event).getFirst();
        return delivery.state();
    }

    public static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it has not come true in time").isLessThan(until);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /// Runs statements that no node is told of.
    void run(String... statements) throws SQLException {
        try (Connection connection = PostgresServer.shared().connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /// The number that a statement answers.
    long number(String sql) {
        try (Connection connection = PostgresServer.shared().connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        PostgresServer.shared().drop(url);
    }
}
