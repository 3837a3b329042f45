package dev.belay.system.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A directory that is gone when it is closed.
///
/// @param path where it is
public record Scratch(Path path) implements AutoCloseable {
    /// Makes one.
    ///
    /// @param under in this directory, null for the system's place for temporary files
    public static Scratch create(@Nullable Path under, String name) throws IOException {
        if (under == null) {
            return new Scratch(Files.createTempDirectory("belay-" + name + "-"));
        }
        Files.createDirectories(under);
        return new Scratch(Files.createTempDirectory(under, "belay-" + name + "-"));
    }

    /// Bytes that the files below a directory take up; a file that vanishes meanwhile counts 0.
    public static long bytesIn(Path directory) throws IOException {
        AtomicLong total = new AtomicLong();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        total.addAndGet(attributes.size());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return total.get();
    }

    /// Deletes a directory and all that is in it; what is not there is no error.
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path done, @Nullable IOException problem) throws IOException {
                        Files.deleteIfExists(done);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Override
    public void close() {
        try {
            delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
