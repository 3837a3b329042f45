package dev.belay.server.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options by which a command finds a running gateway and its token.
final class Connection {
    private static final String DEFAULT_URL = "http://127.0.0.1:8080";

    /// Where `serve` keeps the token it made, below its data directory.
    static final String TOKEN_FILE = "admin-token";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway (default: $BELAY_URL, else " + DEFAULT_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "The admin token, env:NAME or file:PATH (default: $BELAY_ADMIN_TOKEN, else the"
                            + " file that serve wrote into the data directory).")
    private @Nullable String token;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The gateway's data directory, where its token is (default: ./data).")
    private Path data = Path.of("data");

    /// Connects. Nothing is sent yet.
    ApiClient open(Map<String, String> environment) {
        return new ApiClient(base(environment), token(environment));
    }

    /// The gateway's URL without a slash at the end.
    URI base(Map<String, String> environment) {
        String text = url != null ? url : environment.getOrDefault("BELAY_URL", DEFAULT_URL);
        return httpUrl(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    /// Reads an http or https URL.
    ///
    /// @throws CliFailure when it is none
    static URI httpUrl(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw notAUrl(text);
        }
        throw notAUrl(text);
    }

    private static CliFailure notAUrl(String text) {
        return new CliFailure(
                ExitCode.USAGE, "not a URL that begins with http:// or https://: " + text);
    }

    /// The gateway's data directory.
    Path data() {
        return data;
    }

    /// The token to send, null where none is known.
    @Nullable String token(Map<String, String> environment) {
        if (token != null) {
            return SecretText.read(token, environment).reveal();
        }
        String fromEnvironment = environment.get("BELAY_ADMIN_TOKEN");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment;
        }
        try {
            Path file = data.resolve(TOKEN_FILE);
            if (Files.isReadable(file)) {
                String text = Files.readString(file).strip();
                return text.isEmpty() ? null : text;
            }
            return null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }
}
