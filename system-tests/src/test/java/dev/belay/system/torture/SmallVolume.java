package dev.belay.system.torture;

import dev.belay.system.process.Libc;
import dev.belay.system.process.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A directory with little room, where one can be mounted; else just a directory.
///
/// @param isSmall whether it has
record SmallVolume(Path path, boolean isSmall) implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 12;

    static SmallVolume make() throws IOException {
        Path path = Files.createTempDirectory("belay-volume-");
        try {
            Libc.mount("tmpfs", path, "tmpfs", "size=160m,mode=755");
            return new SmallVolume(path, true);
        } catch (IOException mayNot) {
            return new SmallVolume(path, false);
        }
    }

    /// Takes all the room there is.
    void fill() throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(chunk);
            }
        } catch (IOException full) {
            if (Files.size(ballast()) < CHUNK_BYTES) {
                throw full;
            }
        }
    }

    void makeRoom() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return path.resolve("ballast");
    }

    @Override
    public void close() throws IOException {
        if (isSmall) {
            Libc.unmount(path);
        }
        Scratch.delete(path);
    }
}
