package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.store.DataDirectory;
import dev.belay.store.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// A node's name, kept in its data directory, which one process holds at a time. So a node that was
/// started again is known to be the same, and its process before to be over: what that one had
/// leased is taken up at once.
///
/// @param name unlike that of any other directory
/// @param lock of the directory
public record NodeFile(String name, DirectoryLock lock) implements AutoCloseable {
    /// Takes a directory, made where there is none.
    ///
    /// @param random makes the name, if there is none yet
    /// @throws StoreFailure when another process holds the directory or it cannot be used
    public static NodeFile take(Path directory, RandomGenerator random) {
        try {
            DataDirectory.make(directory);
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                Path file = directory.resolve("node");
                if (!Files.exists(file)) {
                    Files.writeString(
                            file, "%016x%016x\n".formatted(random.nextLong(), random.nextLong()));
                }
                return new NodeFile(Files.readString(file).strip(), lock);
            } catch (IOException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreFailure(
                    Kind.UNAVAILABLE,
                    "cannot use the data directory %s: %s"
                            .formatted(directory.toAbsolutePath(), e.getMessage()));
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
