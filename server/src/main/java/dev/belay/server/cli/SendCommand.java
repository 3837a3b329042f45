package dev.belay.server.cli;

import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Unverified;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `belay send`: a provider's webhook without the provider.
@Command(
        name = "send",
        description = "Sign a realistic webhook as a provider would, and send it.",
        footer = {
            "",
            "  belay send github --to http://127.0.0.1:8080/in/github --secret env:GITHUB_SECRET"
                    + " --event push",
            "A secret written on the command line is seen in the list of processes; env: and file:"
                    + " are not."
        })
final class SendCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Shell shell;
    @Mixin private Output output = new Output();
    @Mixin private Message message = new Message();

    @Parameters(
            paramLabel = "SCHEME",
            description = "An entry of the catalogue, such as github: see belay sources catalog.")
    private String scheme = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "URL",
            description = "Where to, such as http://127.0.0.1:8080/in/github.")
    private String to = "";

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            description =
                    "What to sign with: env:NAME, file:PATH or the secret itself; the private key"
                            + " where a public one verifies.")
    private @Nullable String secret;

    SendCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Provider provider = provider();
        URI uri = Connection.httpUrl(to);
        if (message.count < 1) {
            throw new CliFailure(ExitCode.USAGE, "--count must be at least 1");
        }
        Secret key = key(provider);
        byte[] body = message.body();
        ArrayNode answers = JsonMapper.shared().createArrayNode();
        ExitCode worst = ExitCode.OK;
        try (HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build()) {
            for (int i = 0; i < message.count; i++) {
                String id =
                        message.id != null
                                ? message.id
                                : Samples.messageId(provider, shell.random());
                HttpResponse<byte[]> response =
                        ApiClient.send(http, request(signed(provider, uri, body, key, id)), "");
                report(answers, id, response);
                ExitCode code = meaning(response.statusCode());
                worst = code == ExitCode.OK ? worst : code;
            }
        }
        if (output.json) {
            shell.terminal().json(answers);
        }
        return worst.number();
    }

    /// The entry, with examples where it leaves something open that nobody says.
    private Provider provider() {
        Provider open =
                Providers.named(scheme).orElseThrow(() -> CatalogCommand.unknownSender(scheme));
        Map<String, String> values = new LinkedHashMap<>();
        open.settings().forEach(setting -> values.put(setting.name(), setting.example()));
        values.putAll(message.settings);
        try {
            return Providers.named(scheme, values);
        } catch (IllegalArgumentException wrong) {
            throw new CliFailure(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
    }

    private @Nullable Secret key(Provider provider) {
        if (provider.scheme() instanceof Unverified) {
            return null;
        }
        if (secret == null) {
            throw new CliFailure(ExitCode.USAGE, "--secret is needed to sign as " + scheme);
        }
        Secret key = SecretText.read(secret, shell.environment());
        provider.scheme()
                .problemSigningWith(key)
                .ifPresent(
                        problem -> {
                            throw new CliFailure(
                                    ExitCode.USAGE, "this secret cannot serve: " + problem);
                        });
        return key;
    }

    private SignedRequest signed(
            Provider provider, URI to, byte @Nullable [] body, @Nullable Secret key, String id) {
        try {
            return Samples.request(
                    provider, to.toString(), message.event, body, key, id, shell.time().wall());
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static HttpRequest request(SignedRequest signed) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(signed.url()))
                        .timeout(TIMEOUT)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(signed.body()));
        signed.headers().forEach(request::header);
        return request.build();
    }

    private void report(ArrayNode answers, String id, HttpResponse<byte[]> response) {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        ObjectNode answer =
                answers.addObject()
                        .put("id", id)
                        .put("status", response.statusCode())
                        .put("response", text);
        if (!output.json) {
            shell.terminal()
                    .line(
                            "sent %s as %s: %d %s"
                                    .formatted(
                                            id,
                                            scheme,
                                            answer.path("status").asInt(),
                                            text.strip()));
        }
    }

    private static ExitCode meaning(int status) {
        if (status >= 200 && status < 300) {
            return ExitCode.OK;
        }
        return status == 401 || status == 403 ? ExitCode.REFUSED : ExitCode.FAILED;
    }

    /// What is sent.
    static final class Message {
        @Option(
                names = "--event",
                paramLabel = "TYPE",
                description = "Event type, such as push (default: the scheme's most common).")
        private @Nullable String event;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "The body, sent byte for byte (default: a sample).")
        private @Nullable Path file;

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "The sender's id of the message; the same again is a duplicate.")
        private @Nullable String id;

        @Option(
                names = "--count",
                paramLabel = "N",
                description = "How many, each with an id of its own unless --id is given.")
        private int count = 1;

        @Option(
                names = "--setting",
                paramLabel = "NAME=VALUE",
                description =
                        "What the entry leaves open, such as audience=…; an example where not given.")
        private Map<String, String> settings = new LinkedHashMap<>();

        private byte @Nullable [] body() {
            if (file == null) {
                return null;
            }
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new CliFailure(ExitCode.USAGE, "cannot read " + file);
            }
        }
    }
}
