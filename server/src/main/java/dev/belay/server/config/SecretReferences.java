package dev.belay.server.config;

import dev.belay.signature.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// Finds the secrets that a configuration refers to: `env:NAME`, `file:PATH`, or the text itself.
///
/// @param environment the variables
/// @param directory what relative paths start from
public record SecretReferences(Map<String, String> environment, Path directory) {
    /// What the API shows in place of a secret.
    public static final String MASK = "********";

    private static final int MAX_FILE_BYTES = 64 * 1024;

    /// What came of looking.
    public sealed interface Found {
        /// The secret.
        record Value(Secret secret) implements Found {}

        /// Why there is none; names the variable or file, never a value.
        record Missing(String message) implements Found {}
    }

    /// Looks a secret up.
    public Found find(String written) {
        if (written.equals(MASK)) {
            return new Found.Missing("is a mask and no secret");
        }
        if (written.startsWith("env:")) {
            String name = written.substring("env:".length());
            String value = environment.get(name);
            return value == null || value.isBlank()
                    ? new Found.Missing("needs the environment variable " + name)
                    : new Found.Value(Secret.of(value));
        }
        if (written.startsWith("file:")) {
            return inFile(written.substring("file:".length()));
        }
        return written.isBlank()
                ? new Found.Missing("is empty: no secret never means accept")
                : new Found.Value(Secret.of(written));
    }

    private Found inFile(String name) {
        try {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(directory.resolve(name))) {
                bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            }
            if (bytes.length > MAX_FILE_BYTES) {
                return new Found.Missing("needs a smaller file than " + name);
            }
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            int end = text.length();
            while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
                end--;
            }
            String value = text.substring(0, end);
            return value.isBlank()
                    ? new Found.Missing("needs a file that is not empty: " + name)
                    : new Found.Value(Secret.of(value));
        } catch (IOException | InvalidPathException e) {
            return new Found.Missing("needs a readable file: " + name);
        }
    }

    /// What may be shown of a secret as written: a reference as it is, a literal not at all.
    public static String masked(String written) {
        return written.startsWith("env:") || written.startsWith("file:") ? written : MASK;
    }
}
