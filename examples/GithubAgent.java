// An agent that reacts to pushes on GitHub, with the gateway inside its own process.
//
//   java -cp server/target/belay.jar examples/GithubAgent.java
//
// listens at http://127.0.0.1:8090/in/github with the secret in GITHUB_SECRET ("s3cret" where it is not
// set). To see what happens when GitHub sends a push twice and the agent crashes while it works on it:
//
//   java -cp server/target/belay.jar examples/GithubAgent.java rehearse   # sends itself a push twice, then dies
//   java -cp server/target/belay.jar examples/GithubAgent.java finish     # starts again, finishes it, ends

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belay.EventContext;
import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Source;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Receipt;
import dev.belay.signature.Headers;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

final Provider github = Providers.named("github").orElseThrow();
final Secret secret = Secret.of(System.getenv().getOrDefault("GITHUB_SECRET", "s3cret"));
final CountDownLatch started = new CountDownLatch(1);
final CountDownLatch finished = new CountDownLatch(1);
boolean rehearsing;

void main(String[] arguments) throws Exception {
    String mode = arguments.length == 0 ? "serve" : arguments[0];
    rehearsing = mode.equals("rehearse");
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8090"));

    Source source = Source.of("github", github, secret);
    Catalog catalog = Catalog.of(List.of(source), List.of(), List.of());
    Gateway gateway =
            Gateway.open(GatewayConfig.at(Path.of("agent-data")).catalog(catalog).build())
                    .on("github", "push", this::react);

    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/in/github", exchange -> answer(exchange, receive(gateway, exchange)));
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/in/github");
    IO.println("agent: waiting for GitHub at " + url);

    switch (mode) {
        case "rehearse" -> {
            IO.println("GitHub: sends a push    -> " + send(url));
            started.await();
            IO.println("GitHub: sends it again  -> " + send(url));
            IO.println("agent: crashes in the middle of its work");
            Runtime.getRuntime().halt(1);
        }
        case "finish" -> {
            finished.await();
            server.stop(0);
            gateway.close();
        }
        default -> new CountDownLatch(1).await();
    }
}

// The agent's work. Returning says that it is done; throwing has it tried again later. After a crash the
// same event comes again with the same id, so work that must not happen twice is keyed by event.id().
void react(Event event, EventContext context) throws Exception {
    IO.println(
            "agent: works on %s %s, attempt %d"
                    .formatted(event.type(), event.externalId(), context.attempt()));
    started.countDown();
    if (rehearsing) {
        new CountDownLatch(1).await();
    }
    IO.println("agent: done");
    finished.countDown();
}

// Translates HTTP to the gateway and back; the decisions are the gateway's.
Receipt receive(Gateway gateway, HttpExchange exchange) throws IOException {
    List<String> headers = new ArrayList<>();
    exchange.getRequestHeaders()
            .forEach((name, values) -> values.forEach(value -> headers.addAll(List.of(name, value))));
    return gateway.receive(
            new InboundRequest(
                    "github",
                    exchange.getRequestMethod(),
                    "/in/github",
                    Headers.of(headers),
                    Body.of(exchange.getRequestBody().readAllBytes()),
                    exchange.getRemoteAddress().getHostString()));
}

void answer(HttpExchange exchange, Receipt receipt) throws IOException {
    switch (receipt) {
        case Receipt.Accepted(var event, _) -> answer(exchange, 202, "received " + event);
        case Receipt.Duplicate(var first, _, _) -> answer(exchange, 202, "received before as " + first);
        case Receipt.Rejected _ -> answer(exchange, 401, "the signature does not fit");
        case Receipt.Challenge(_, String text, _) -> answer(exchange, 200, text);
        case Receipt.UnknownSource _ -> answer(exchange, 404, "no such source");
        case Receipt.TooLarge _ -> answer(exchange, 413, "too large");
        case Receipt.TooMany _ -> answer(exchange, 429, "too many requests");
        case Receipt.Unavailable _ -> answer(exchange, 503, "not stored, send it again later");
    }
}

void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
}

// What GitHub does: a signed POST. The delivery's id is the same each time, as when GitHub redelivers.
String send(URI url) throws Exception {
    SignedRequest push =
            Samples.request(github, "push", null, secret, "72d3162e-cc78-11e3-81ab-4c9367dc0958", Instant.now());
    HttpRequest.Builder request =
            HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofByteArray(push.body()));
    push.headers().forEach(request::header);
    try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
