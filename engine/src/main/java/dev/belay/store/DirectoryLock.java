package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Keeps a data directory for one process: two writers would each believe the leases are theirs.
public final class DirectoryLock implements AutoCloseable {
    /// Lock files held in this process. To open and close such a file a second time would, on
    /// POSIX, give up the lock that is held.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Takes the lock.
    ///
    /// @throws StoreFailure when somebody else holds the directory, or it cannot be written to
    public static DirectoryLock take(Path directory) {
        try {
            Path file = directory.toRealPath().resolve("belay.lock");
            if (!HELD.add(file)) {
                throw inUse(directory);
            }
            DirectoryLock lock = null;
            try {
                lock = lock(file);
            } finally {
                if (lock == null) {
                    HELD.remove(file);
                }
            }
            if (lock == null) {
                throw inUse(directory);
            }
            return lock;
        } catch (IOException e) {
            throw new StoreFailure(
                    StoreFailure.Kind.UNAVAILABLE,
                    "cannot lock the data directory %s: %s"
                            .formatted(directory.toAbsolutePath(), e.getMessage()));
        }
    }

    private static @Nullable DirectoryLock lock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? null : new DirectoryLock(file, channel);
    }

    private static StoreFailure inUse(Path directory) {
        return new StoreFailure(
                StoreFailure.Kind.UNAVAILABLE,
                "the data directory %s is in use by another Belay process; stop that one or choose another directory"
                        .formatted(directory.toAbsolutePath()));
    }

    /// Gives the directory free; the file stays, since removing it would race with the next owner.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
            return;
        } finally {
            HELD.remove(file);
        }
    }
}
