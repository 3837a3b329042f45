package dev.belay.server.cli;

import dev.belay.server.config.SecretReferences;
import dev.belay.signature.Secret;
import java.nio.file.Path;
import java.util.Map;

/// Reads a secret as it is written on the command line: in the configuration's way, `env:NAME`,
/// `file:PATH` or the secret itself.
final class SecretText {
    private SecretText() {}

    /// The secret meant.
    ///
    /// @throws CliFailure when the variable is not set, the file cannot be read, or it is blank
    static Secret read(String text, Map<String, String> environment) {
        return switch (new SecretReferences(environment, Path.of("")).find(text)) {
            case SecretReferences.Found.Value(Secret secret) -> secret;
            case SecretReferences.Found.Missing(String message) ->
                    throw new CliFailure(ExitCode.USAGE, "the secret " + message);
        };
    }
}
