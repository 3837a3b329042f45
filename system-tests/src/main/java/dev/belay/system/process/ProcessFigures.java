package dev.belay.system.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/// What a process has cost so far, read from `/proc`.
///
/// @param cpuMicros user and system time of all its threads, in microseconds; the kernel counts in
///   steps of 10 ms
/// @param residentBytes memory it holds now
/// @param writtenBytes what it has caused to be written to storage
public record ProcessFigures(long cpuMicros, long residentBytes, long writtenBytes) {
    /// Clock ticks of the kernel's process accounting are 1/100 s on every Linux in use.
    private static final long MICROS_PER_TICK = 10_000;

    /// Reads them.
    ///
    /// @throws IOException when the process is gone or there is no `/proc`
    public static ProcessFigures of(long pid) throws IOException {
        Path directory = Path.of("/proc", Long.toString(pid));
        String[] fields = afterName(Files.readString(directory.resolve("stat")));
        // Fields 14 and 15 of proc(5); the first of `fields` is field 3.
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return new ProcessFigures(
                ticks * MICROS_PER_TICK,
                number(directory.resolve("status"), "VmRSS:") * 1024,
                number(directory.resolve("io"), "write_bytes:"));
    }

    /// User and system time of a process so far, in microseconds; 0 when it has just ended.
    static long cpuMicros(long pid) throws IOException {
        try {
            // Not all figures: a process that has just ended has no memory any more.
            String[] fields = afterName(Files.readString(Path.of("/proc", pid + "", "stat")));
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
        } catch (NoSuchFileException ended) {
            return 0;
        }
    }

    /// The same of the children of a process that have ended.
    static long cpuMicrosOfEnded(long pid) throws IOException {
        String[] fields = afterName(Files.readString(Path.of("/proc", pid + "", "stat")));
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * MICROS_PER_TICK;
    }

    /// Whether every thread of the process is frozen.
    public static boolean isStopped(long pid) throws IOException {
        try (var tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks) {
                if (!afterName(Files.readString(task.resolve("stat")))[0].equals("T")) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The fields of a `stat` line from the third on: the second is a name that can hold blanks.
    private static String[] afterName(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static long number(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                String value = line.substring(name.length()).strip().toLowerCase(Locale.ROOT);
                int end = 0;
                while (end < value.length() && Character.isDigit(value.charAt(end))) {
                    end++;
                }
                return Long.parseLong(value.substring(0, end));
            }
        }
        throw new IOException(file + " has no " + name);
    }
}
