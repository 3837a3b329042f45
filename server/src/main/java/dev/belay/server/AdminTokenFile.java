package dev.belay.server;

import dev.belay.server.config.Settings;
import dev.belay.signature.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Where the admin token comes from: what is declared, else the file that an earlier start left in
/// the data directory, else a new one, which is left there. Only its owner can read the file.
final class AdminTokenFile {
    private static final String NAME = "admin-token";
    private static final String PREFIX = "belay_";
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    /// 160 bits in characters of 5 bits.
    private static final int LENGTH = 32;

    private static final Set<OpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private AdminTokenFile() {}

    /// The token in force.
    ///
    /// @param file where it lies, null where it is declared
    /// @param isNew whether this start made it
    record Held(Secret token, @Nullable Path file, boolean isNew) {}

    /// @param random must be unpredictable
    static Held hold(Settings settings, RandomGenerator random) throws StartFailure {
        Secret declared = settings.adminToken();
        if (declared != null) {
            return new Held(declared, null, false);
        }
        Path file = settings.data().resolve(NAME);
        try {
            return Files.exists(file) ? read(file) : make(file, random);
        } catch (IOException e) {
            throw StartFailure.surroundings("the admin token cannot be kept in " + file);
        }
    }

    private static Held read(Path file) throws IOException, StartFailure {
        String text = Files.readString(file).strip();
        if (text.isEmpty()) {
            throw StartFailure.surroundings(file + " is empty; remove it and start again");
        }
        return new Held(Secret.of(text), file, false);
    }

    private static Held make(Path file, RandomGenerator random) throws IOException, StartFailure {
        StringBuilder token = new StringBuilder(PREFIX);
        for (int i = 0; i < LENGTH; i++) {
            token.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        byte[] line = (token + "\n").getBytes(StandardCharsets.US_ASCII);
        try (var channel = Files.newByteChannel(file, NEW_FILE, ownerOnly(file))) {
            channel.write(java.nio.ByteBuffer.wrap(line));
        } catch (FileAlreadyExistsException e) {
            return read(file);
        }
        return new Held(Secret.of(token.toString()), file, true);
    }

    private static java.nio.file.attribute.FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new java.nio.file.attribute.FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new java.nio.file.attribute.FileAttribute<?>[0];
    }
}
