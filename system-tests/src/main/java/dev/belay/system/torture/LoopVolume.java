package dev.belay.system.torture;

import dev.belay.system.process.Libc;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A file system of its own in a file, whose power can be cut. Linux, root.
final class LoopVolume implements AutoCloseable {
    private static final long BYTES = 512L << 20;

    private final String type;
    private final Path image;
    private final Path directory;
    private final String device;
    private boolean mounted;

    private LoopVolume(String type, Path image, Path directory, String device) {
        this.type = type;
        this.image = image;
        this.directory = directory;
        this.device = device;
    }

    /// Why there can be none here; nothing when there can.
    static Optional<String> obstacle() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("it needs Linux");
        }
        try {
            Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!user.equals(0)) {
                return Optional.of("it needs root, to mount a file system");
            }
        } catch (IOException e) {
            return Optional.of("who runs it cannot be told: " + e.getMessage());
        }
        if (!Files.exists(Path.of("/dev/loop-control"))) {
            return Optional.of("it needs loop devices");
        }
        return has("mkfs.ext4") && has("losetup")
                ? Optional.empty()
                : Optional.of("it needs mkfs.ext4 and losetup");
    }

    /// The types that can be made here, `ext4` first.
    static List<String> types() {
        return has("mkfs.xfs") ? List.of("ext4", "xfs") : List.of("ext4");
    }

    private static boolean has(String tool) {
        for (String directory : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return true;
            }
        }
        return false;
    }

    /// Makes one and mounts it.
    ///
    /// @param scratch where its file and its mount point lie
    static LoopVolume create(Path scratch, String type) throws IOException, InterruptedException {
        Path image = scratch.resolve(type + ".img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        run("mkfs." + type, "-q", image.toString());
        Path directory = Files.createDirectory(scratch.resolve(type));
        String device = run("losetup", "--find", "--show", image.toString()).strip();
        LoopVolume volume = new LoopVolume(type, image, directory, device);
        try {
            volume.mount();
        } catch (IOException e) {
            volume.close();
            throw e;
        }
        return volume;
    }

    /// Where it is mounted.
    Path directory() {
        return directory;
    }

    String type() {
        return type;
    }

    /// From now on nothing reaches the device.
    void cutPower() throws IOException {
        Libc.cutPower(directory);
    }

    /// The power comes back: what had reached the device is there again, as after a start of the
    /// machine. Nobody may have a file open on it.
    void remount() throws IOException {
        unmount();
        mount();
    }

    private void mount() throws IOException {
        Libc.mount(device, directory, type);
        mounted = true;
    }

    private void unmount() throws IOException {
        Libc.unmount(directory);
        mounted = false;
    }

    @Override
    public void close() throws IOException {
        try {
            if (mounted) {
                unmount();
            }
        } finally {
            try {
                run("losetup", "--detach", device);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Files.deleteIfExists(image);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        List<String> path = new ArrayList<>(List.of("/usr/sbin", "/sbin"));
        path.add(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        builder.environment().put("PATH", String.join(":", path));
        builder.command().set(0, located(command[0]));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static String located(String tool) {
        for (String directory : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return directory + "/" + tool;
            }
        }
        return tool;
    }
}
