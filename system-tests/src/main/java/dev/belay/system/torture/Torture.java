package dev.belay.system.torture;

import dev.belay.store.StoreOptions.Sync;
import dev.belay.system.process.ServerProcess;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The long crash runs as commands: `kill`, `cluster` and `powercut`.
public final class Torture {
    /// Nothing was lost.
    static final int PASSED = 0;

    /// Something was lost, or the run itself broke.
    static final int FAILED = 1;

    /// Not understood.
    static final int USAGE = 2;

    /// Not run, for want of a privilege: no pass.
    static final int SKIPPED = 77;

    private static final String HELP =
            """
            torture kill [--cycles 20] [--seed N] [--senders 24] [--rate 600] [--drain-seconds 300]
            torture cluster [--cycles 20] [--nodes 2|3] [--seed N] [--senders 16] [--rate 120]
                    [--faults all|NAME,NAME…] [--lease-pace 20] [--drain-seconds 300]
            torture powercut [--cycles 50] [--seed N] [--fs ext4|xfs|all] [--in-process true]
            Faults: %s.
            Exit: 0 nothing lost, 1 lost or broken, 77 not run for want of a privilege."""
                    .formatted(
                            Stream.of(ClusterFault.values())
                                    .map(ClusterFault::word)
                                    .collect(Collectors.joining(", ")));

    private Torture() {}

    /// Runs one and exits.
    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(args));
    }

    static int run(String... args) throws IOException, InterruptedException {
        Optional<Map<String, String>> options = options(args);
        if (options.isEmpty()) {
            System.err.println(HELP);
            return USAGE;
        }
        return switch (args[0]) {
            case "kill" -> kill(options.get());
            case "cluster" -> cluster(options.get());
            case "powercut" -> powercut(options.get());
            default -> {
                System.err.println(HELP);
                yield USAGE;
            }
        };
    }

    private static Optional<Map<String, String>> options(String... args) {
        List<String> known =
                List.of(
                        "--cycles",
                        "--seed",
                        "--senders",
                        "--rate",
                        "--drain-seconds",
                        "--nodes",
                        "--faults",
                        "--lease-pace",
                        "--fs",
                        "--in-process");
        if (args.length % 2 == 0) {
            return Optional.empty();
        }
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                return Optional.empty();
            }
            options.put(args[i], args[i + 1]);
        }
        return Optional.of(options);
    }

    private static int number(Map<String, String> options, String name, int otherwise) {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(otherwise)));
    }

    private static long seed(Map<String, String> options) {
        String given = options.get("--seed");
        return given != null ? Long.parseLong(given) : new SecureRandom().nextInt() & 0xffff_ffffL;
    }

    private static int kill(Map<String, String> given) throws IOException, InterruptedException {
        KillOptions options =
                new KillOptions(
                        ServerProcess.fromJar(),
                        number(given, "--cycles", 20),
                        seed(given),
                        number(given, "--senders", 24),
                        number(given, "--rate", 600),
                        Duration.ofSeconds(number(given, "--drain-seconds", 300)));
        KillReport report = new KillRun(options).run();
        report.violations().forEach(System.out::println);
        System.out.println(report.line(options));
        return report.violations().isEmpty() ? PASSED : FAILED;
    }

    private static int cluster(Map<String, String> given) throws IOException, InterruptedException {
        String faults = given.getOrDefault("--faults", "all");
        ClusterOptions options =
                new ClusterOptions(
                        ServerProcess.fromJar(),
                        number(given, "--nodes", 2),
                        number(given, "--cycles", 20),
                        seed(given),
                        number(given, "--senders", 16),
                        number(given, "--rate", 120),
                        number(given, "--lease-pace", 20),
                        faults.equals("all")
                                ? List.of(ClusterFault.values())
                                : Stream.of(faults.split(",", -1)).map(ClusterFault::of).toList(),
                        Duration.ofSeconds(number(given, "--drain-seconds", 300)));
        System.out.println("seed " + options.seed());
        ClusterReport report = new ClusterRun(options).run();
        report.violations().forEach(System.out::println);
        System.out.println(report.line(options));
        return report.violations().isEmpty() ? PASSED : FAILED;
    }

    private static int powercut(Map<String, String> given)
            throws IOException, InterruptedException {
        Optional<String> obstacle = LoopVolume.obstacle();
        if (obstacle.isPresent()) {
            System.out.println("SKIPPED, not passed: torture powercut: " + obstacle.get());
            return SKIPPED;
        }
        String fs = given.getOrDefault("--fs", "all");
        List<String> types = fs.equals("all") ? LoopVolume.types() : List.of(fs);
        int cycles = number(given, "--cycles", 50);
        long seed = seed(given);
        boolean here = Boolean.parseBoolean(given.getOrDefault("--in-process", "false"));
        boolean good = true;
        for (String type : types) {
            int share = Math.max(1, cycles / types.size());
            PowerCutRun.Report report =
                    cuts(new PowerCutRun.Options(type, Sync.FULL, here, share, seed));
            good &= report.lost() == 0 && report.acknowledged() > 0;
        }
        // The counter-check: what does not sync must lose, or the cuts above cut nothing.
        int few = Math.clamp(cycles / 5, 3, 20);
        if (cuts(new PowerCutRun.Options(types.getFirst(), Sync.NORMAL, here, few, seed)).lost()
                == 0) {
            System.out.println(
                    "BROKEN: synchronous=NORMAL lost nothing, so these cuts cut nothing");
            good = false;
        }
        return good ? PASSED : FAILED;
    }

    private static PowerCutRun.Report cuts(PowerCutRun.Options options)
            throws IOException, InterruptedException {
        PowerCutRun.Report report = new PowerCutRun(options).run();
        if (options.sync() == Sync.FULL) {
            report.examples().forEach(System.out::println);
        }
        System.out.println(report.line());
        return report;
    }
}
