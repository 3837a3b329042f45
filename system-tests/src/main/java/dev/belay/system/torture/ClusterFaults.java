package dev.belay.system.torture;

import dev.belay.system.process.PostgresServer;
import dev.belay.time.Time;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// Makes one fault after another, each to its end, and measures what the nodes make of it.
final class ClusterFaults {
    /// Within which a node that runs is ready again once nothing is in its way.
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    /// Within which a node says that its database is away.
    private static final Duration NOTICE = Duration.ofSeconds(5);

    private static final Duration START = Duration.ofSeconds(60);

    /// From the last sign of life to the end of the latest lease, and two looks.
    private static final Duration TAKEOVER = Duration.ofSeconds(180 + 10);

    private static final Duration SLACK = Duration.ofSeconds(4);

    private static final String UNFINISHED = "SELECT count(*) FROM belay.work";

    private static final String LEASED_TO =
            """
            SELECT count(*) FROM belay.work w JOIN belay.node n ON n.number = w.node
            WHERE w.state = 1 AND w.token <> 0 AND n.name = ?
            """;

    private static final String TRIED_AGAIN =
            """
            SELECT count(*) FROM belay.work w JOIN belay.node n ON n.number = w.node
            WHERE w.state = 1 AND w.lost > 0 AND n.name <> ?
            """;

    private final ClusterOptions options;
    private final List<ClusterNode> nodes;
    private final PostgresServer database;
    private final String url;
    private final MoodyReceiver receiver;
    private final Ledger ledger;
    private final RandomGenerator random;
    private final Time time;
    private final FaultTimes times = new FaultTimes();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Long> longest = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    ClusterFaults(
            ClusterOptions options,
            List<ClusterNode> nodes,
            PostgresServer database,
            String url,
            MoodyReceiver receiver,
            Ledger ledger,
            RandomGenerator random,
            Time time) {
        this.options = options;
        this.nodes = nodes;
        this.database = database;
        this.url = url;
        this.receiver = receiver;
        this.ledger = ledger;
        this.random = random;
        this.time = time;
    }

    FaultTimes times() {
        return times;
    }

    Map<String, Integer> counts() {
        return counts;
    }

    /// The longest of what was measured, in milliseconds.
    Map<String, Long> longest() {
        return longest;
    }

    List<String> violations() {
        return violations;
    }

    /// Makes it, and waits until every node is ready again.
    void suffer(ClusterFault fault) throws IOException, InterruptedException {
        ClusterNode node = nodes.get(random.nextInt(nodes.size()));
        counts.merge(fault.word(), 1, Integer::sum);
        long begin = time.nanos();
        switch (fault) {
            case KILL -> kill(node);
            case TAKEOVER -> takeover(node);
            case STALL -> stall(node);
            case DATABASE_KILL -> databaseKill();
            case DATABASE_STALL -> databaseStall();
            case LOST_ANSWERS -> node.proxy().loseAnswers(1 + random.nextInt(8));
            case LOST_REQUESTS -> node.proxy().loseRequests(1 + random.nextInt(8));
            case LATE_RESULTS -> lateResults(node);
            case PARTITION -> partition(List.of(node), FaultProxy.Way.HELD);
            case MUTE_PARTITION -> partition(List.of(node), FaultProxy.Way.SWALLOWED);
            case FULL_PARTITION ->
                    partition(
                            nodes,
                            random.nextBoolean() ? FaultProxy.Way.HELD : FaultProxy.Way.SWALLOWED);
            case RESTART -> restart(node);
        }
        if (fault == ClusterFault.LOST_ANSWERS || fault == ClusterFault.LOST_REQUESTS) {
            await(() -> node.proxy().left() <= 0, START, fault.word() + ": nothing was sent");
        }
        recover(fault);
        times.add(fault, begin, time.nanos());
    }

    /// Waits until every node is ready and something is acknowledged.
    private void recover(ClusterFault fault) {
        long back = time.nanos();
        boolean good =
                await(
                        () -> nodes.stream().allMatch(ClusterNode::saysReady),
                        START,
                        fault.word() + ": not ready again");
        long before = ledger.acknowledgements();
        good &=
                await(
                        () -> ledger.acknowledgements() > before,
                        START,
                        fault.word() + ": nothing is acknowledged any more");
        long took = time.nanos() - back;
        measured(fault.word() + "-recovery", took);
        if (good && took > RECOVERY.toNanos()) {
            violations.add(
                    "slow_recovery: %s: %.1f s until all were ready and one acknowledged"
                            .formatted(fault.word(), took / 1e9));
        }
    }

    private void kill(ClusterNode node) throws IOException, InterruptedException {
        boolean held = random.nextBoolean();
        receiver.hold(held);
        LockSupport.parkNanos(random.nextLong(300_000_000));
        node.kill();
        receiver.hold(false);
        LockSupport.parkNanos(random.nextLong(300_000_000));
        startAgain(node);
    }

    private void startAgain(ClusterNode node) throws IOException {
        node.start();
        measured("start", node.process().awaitReady(START).toNanos());
    }

    private void takeover(ClusterNode node) throws IOException, InterruptedException {
        receiver.hold(true);
        awaitWork(node);
        node.kill();
        receiver.hold(false);
        awaitTakeover(node);
        startAgain(node);
    }

    private void stall(ClusterNode node) throws IOException, InterruptedException {
        receiver.hold(true);
        awaitWork(node);
        node.freeze();
        awaitTakeoverInTheMiddleOfAttempts(node);
        node.thaw();
        LockSupport.parkNanos(300_000_000 + random.nextLong(200_000_000));
        receiver.hold(false);
    }

    private void lateResults(ClusterNode node) throws IOException, InterruptedException {
        receiver.hold(true);
        awaitWork(node);
        node.proxy().way(FaultProxy.Way.HELD);
        awaitTakeoverInTheMiddleOfAttempts(node);
        node.proxy().way(FaultProxy.Way.OPEN);
        LockSupport.parkNanos(300_000_000 + random.nextLong(200_000_000));
        receiver.hold(false);
    }

    /// Returns while another node tries what this one was trying, and keeps its answers back.
    private void awaitTakeoverInTheMiddleOfAttempts(ClusterNode node)
            throws IOException, InterruptedException {
        Breathing breathing = new Breathing(receiver);
        Thread thread = Thread.startVirtualThread(breathing);
        awaitTakeover(node);
        String name = node.name();
        long deadline = time.nanos() + SLACK.toNanos();
        while (number(TRIED_AGAIN, name) == 0 && time.nanos() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        breathing.holdBreath();
        thread.join();
    }

    /// Keeps answers back most of the time, each for less than a deadline.
    private static final class Breathing implements Runnable {
        private final MoodyReceiver receiver;
        private volatile boolean held;

        Breathing(MoodyReceiver receiver) {
            this.receiver = receiver;
        }

        void holdBreath() {
            held = true;
        }

        @Override
        public void run() {
            while (!held) {
                receiver.hold(false);
                LockSupport.parkNanos(200_000_000);
                receiver.hold(true);
                for (int i = 0; i < 45 && !held; i++) {
                    LockSupport.parkNanos(20_000_000);
                }
            }
        }
    }

    /// Until the node has attempts under way, whose answers are kept back.
    private void awaitWork(ClusterNode node) throws IOException {
        String name = node.name();
        await(() -> number(LEASED_TO, name) > 0, START, "a node had nothing to do");
    }

    private void awaitTakeover(ClusterNode node) throws IOException {
        String name = node.name();
        Duration limit = TAKEOVER.dividedBy(options.leasePace()).plus(SLACK);
        long since = time.nanos();
        if (await(
                () -> number(LEASED_TO, name) == 0,
                limit,
                "takeover: the work of a silent node was not taken over within " + limit)) {
            measured("takeover", time.nanos() - since);
        }
    }

    private void databaseKill() throws IOException, InterruptedException {
        long begin = time.nanos();
        database.killHard();
        mustNotice(nodes, begin, "database-kill");
        LockSupport.parkNanos(random.nextLong(1_500_000_000));
        database.startAgain();
    }

    private void databaseStall() throws IOException {
        long begin = time.nanos();
        database.freeze();
        try {
            if (random.nextBoolean()) {
                mustNotice(nodes, begin, "database-stall");
            }
            LockSupport.parkNanos(500_000_000 + random.nextLong(3_000_000_000L));
        } finally {
            database.thaw();
        }
    }

    private void partition(List<ClusterNode> cut, FaultProxy.Way way) {
        long begin = time.nanos();
        cut.forEach(node -> node.proxy().way(way));
        if (random.nextBoolean()) {
            mustNotice(cut, begin, "partition");
        }
        LockSupport.parkNanos(500_000_000 + random.nextLong(4_000_000_000L));
        if (random.nextInt(4) == 0) {
            // Longer than any lease.
            LockSupport.parkNanos(TAKEOVER.dividedBy(options.leasePace()).toNanos());
        }
        cut.forEach(node -> node.proxy().way(FaultProxy.Way.OPEN));
    }

    /// Whoever has no database says so, so that no more is sent to it.
    private void mustNotice(List<ClusterNode> cut, long begin, String what) {
        if (await(
                () -> cut.stream().noneMatch(ClusterNode::saysReady),
                NOTICE.plus(SLACK),
                what + ": a node without its database says that it is ready")) {
            measured(what + "-notice", time.nanos() - begin);
        }
    }

    private void restart(ClusterNode node) throws IOException, InterruptedException {
        receiver.hold(random.nextBoolean());
        LockSupport.parkNanos(random.nextLong(200_000_000));
        Thread release =
                Thread.startVirtualThread(
                        () -> {
                            LockSupport.parkNanos(200_000_000);
                            receiver.hold(false);
                        });
        end(node);
        release.join();
        LockSupport.parkNanos(random.nextLong(300_000_000));
        startAgain(node);
    }

    /// Asks a node to end.
    void end(ClusterNode node) throws InterruptedException {
        long begin = time.nanos();
        Integer exit = node.stop(Duration.ofSeconds(30));
        measured("end", time.nanos() - begin);
        if (exit == null || (exit != 0 && exit != 128 + 15)) {
            violations.add("asked to end, node " + node.index() + " ended with " + exit);
        }
    }

    /// Deliveries that wait or are under way; -1 while nobody can say.
    long unfinished() {
        return number(UNFINISHED, null);
    }

    private long number(String sql, @org.jspecify.annotations.Nullable String name) {
        try (Connection connection = database.connect(url);
                PreparedStatement query = connection.prepareStatement(sql)) {
            if (name != null) {
                query.setString(1, name);
            }
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean await(BooleanSupplier condition, Duration limit, String otherwise) {
        long deadline = time.nanos() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (time.nanos() > deadline) {
                violations.add("waited_in_vain: " + otherwise);
                return false;
            }
            LockSupport.parkNanos(20_000_000);
        }
        return true;
    }

    private void measured(String what, long nanos) {
        longest.merge(what, nanos / 1_000_000, Math::max);
    }
}
