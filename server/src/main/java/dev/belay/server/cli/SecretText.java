package dev.belay.server.cli;

import dev.belay.signature.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// Reads a secret as it is written on the command line and in the configuration: `env:NAME`,
/// `file:PATH` (one line break at the end is not part of it) or the secret itself.
final class SecretText {
    private SecretText() {}

    /// The secret meant.
    ///
    /// @throws CliFailure when the variable is not set, the file cannot be read, or it is blank
    static Secret read(String text, Map<String, String> environment) {
        String secret;
        if (text.startsWith("env:")) {
            String name = text.substring("env:".length());
            String value = environment.get(name);
            if (value == null) {
                throw new CliFailure(
                        ExitCode.USAGE, "the environment variable " + name + " is not set");
            }
            secret = value;
        } else if (text.startsWith("file:")) {
            secret = firstLineBreakCut(read(text.substring("file:".length())));
        } else {
            secret = text;
        }
        if (secret.isBlank()) {
            throw new CliFailure(ExitCode.USAGE, "the secret is empty");
        }
        return Secret.of(secret);
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | InvalidPathException e) {
            throw new CliFailure(ExitCode.USAGE, "cannot read the secret's file " + path);
        }
    }

    private static String firstLineBreakCut(String text) {
        String cut = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return cut.endsWith("\r") ? cut.substring(0, cut.length() - 1) : cut;
    }
}
