package dev.belay.system.simulation;

import dev.belay.system.simulation.Simulation.Verdict;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The simulator as a command: many seeds, or one with its trace.
public final class Simulate {
    /// Every invariant held.
    static final int PASSED = 0;

    /// An invariant did not hold, or a planted bug was not found.
    static final int FAILED = 1;

    /// Not understood.
    static final int USAGE = 2;

    private static final String DEFAULT_SEEDS = "5000";
    private static final long PROGRESS_NANOS = 5_000_000_000L;
    private static final String HELP =
            """
            simulate [--seeds 5000] [--from 0]   seeds in a row; stops at the first that fails
            simulate --seed S                    one seed, with its trace
            simulate --list                      the invariants and the planted bugs
              --bug NAME                         with a planted bug, which has to be found
              --nodes 1|2|3|embedded             not as the seed says, but this many nodes on a
                                                 shared store, or one process on the embedded one
            Exit: 0 every invariant held, or the planted bug was found; 1 otherwise.""";

    private static final int MOST_NODES = 3;

    private final PrintStream out;
    private final @Nullable Integer nodes;

    /// @param nodes as in [Simulation#run]
    private Simulate(PrintStream out, @Nullable Integer nodes) {
        this.out = out;
        this.nodes = nodes;
    }

    /// Runs and exits.
    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        if (List.of(args).equals(List.of("--list"))) {
            return new Simulate(out, null).list();
        }
        Optional<Map<String, String>> options = options(args);
        if (options.isEmpty()) {
            out.println(HELP);
            return USAGE;
        }
        Map<String, String> given = options.get();
        String word = given.get("--bug");
        Optional<Bug> bug = word == null ? Optional.empty() : Bug.of(word);
        if (word != null && bug.isEmpty()) {
            out.println("no such bug: " + word);
            return USAGE;
        }
        try {
            String seed = given.get("--seed");
            Integer forced = nodes(given.get("--nodes"));
            if (forced == null && bug.isPresent()) {
                forced = bug.get().nodes();
            }
            Simulate simulate = new Simulate(out, forced);
            return seed != null
                    ? simulate.one(Long.parseLong(seed), bug)
                    : simulate.many(
                            Long.parseLong(given.getOrDefault("--from", "0")),
                            Long.parseLong(given.getOrDefault("--seeds", DEFAULT_SEEDS)),
                            bug);
        } catch (NumberFormatException e) {
            out.println(HELP);
            return USAGE;
        }
    }

    private static @Nullable Integer nodes(@Nullable String word) {
        if (word == null) {
            return null;
        }
        int nodes = "embedded".equals(word) ? 0 : Integer.parseInt(word);
        if (nodes > MOST_NODES || (nodes < 1 && !"embedded".equals(word))) {
            throw new NumberFormatException(word);
        }
        return nodes;
    }

    private static Optional<Map<String, String>> options(String... args) {
        List<String> known = List.of("--seeds", "--from", "--seed", "--bug", "--nodes");
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i]) || i + 1 == args.length) {
                return Optional.empty();
            }
            options.put(args[i], args[i + 1]);
        }
        return Optional.of(options);
    }

    private int list() {
        out.println("Invariants:");
        for (Invariant invariant : Invariant.values()) {
            out.printf("  %-28s %s%n", invariant, invariant.statement());
        }
        out.println("Planted bugs:");
        for (Bug bug : Bug.values()) {
            out.printf("  %-28s %s%n", bug.word(), bug.says());
        }
        return PASSED;
    }

    private int one(long seed, Optional<Bug> bug) {
        Verdict verdict = Simulation.run(seed, planted(bug), nodes, out);
        out.printf(
                "seed %d: %d steps, %d s simulated, trace %016x%n",
                seed, verdict.steps(), verdict.micros() / 1_000_000, verdict.hash());
        Violation violation = verdict.violation();
        out.println(violation == null ? "every invariant held" : violation.toString());
        return (violation == null) == bug.isEmpty() ? PASSED : FAILED;
    }

    private static PlantedBug planted(Optional<Bug> bug) {
        return bug.isPresent() ? bug.get() : PlantedBug.NONE;
    }

    private int many(long from, long seeds, Optional<Bug> bug) {
        long began = System.nanoTime();
        long told = began;
        long steps = 0;
        long seconds = 0;
        long hash = 0;
        for (long i = 0; i < seeds; i++) {
            Verdict verdict = Simulation.run(from + i, planted(bug), nodes, null);
            steps += verdict.steps();
            seconds += verdict.micros() / 1_000_000;
            hash = 31 * hash + verdict.hash();
            Violation violation = verdict.violation();
            if (violation != null) {
                tell(verdict, violation, i + 1, bug);
                return bug.isPresent() ? PASSED : FAILED;
            }
            long now = System.nanoTime();
            if (now - told > PROGRESS_NANOS) {
                told = now;
                out.printf("%d seeds, %.0f a second%n", i + 1, rate(i + 1, now - began));
            }
        }
        out.printf(
                "%d seeds from %d: every invariant held; %d steps, %d h simulated, %.0f seeds a"
                        + " second, traces %016x%n",
                seeds, from, steps, seconds / 3_600, rate(seeds, System.nanoTime() - began), hash);
        if (bug.isPresent()) {
            out.println("the planted bug " + bug.get().word() + " was not found");
        }
        return bug.isPresent() ? FAILED : PASSED;
    }

    private static double rate(long seeds, long nanos) {
        return seeds * 1e9 / Math.max(1, nanos);
    }

    private void tell(Verdict verdict, Violation violation, long tried, Optional<Bug> bug) {
        verdict.tail().forEach(out::println);
        out.printf("seed %d, number %d: %s%n", verdict.seed(), tried, violation);
        Integer chosen = nodes;
        String on =
                chosen == null || (bug.isPresent() && bug.get().nodes() == chosen)
                        ? ""
                        : " --nodes " + (chosen == 0 ? "embedded" : chosen);
        String with = bug.map(planted -> " --bug " + planted.word()).orElse("");
        out.printf("repeat: ./build simulate --seed %d%s%s%n", verdict.seed(), on, with);
    }
}
