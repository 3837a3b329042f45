package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps a data directory for one process: two writers would each believe the leases are theirs.
public final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock.
    ///
    /// @throws StoreFailure when somebody else holds the directory, or it cannot be written to
    public static DirectoryLock take(Path directory) {
        Path file = directory.resolve("belay.lock");
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new StoreFailure(
                        StoreFailure.Kind.UNAVAILABLE,
                        "the data directory %s is in use by another Belay process; stop that one or choose another directory"
                                .formatted(directory.toAbsolutePath()));
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new StoreFailure(
                    StoreFailure.Kind.UNAVAILABLE,
                    "cannot lock the data directory %s: %s"
                            .formatted(directory.toAbsolutePath(), e.getMessage()));
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /// Gives the directory free; the file stays, since removing it would race with the next owner.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
            return;
        }
    }
}
