// Verifies webhooks without a gateway: only the module `signatures`, in a server of your own.
//
//   java -cp server/target/belay.jar examples/VerifyOnly.java
//
// sends itself a genuine and a forged webhook and ends. With `serve` it listens at http://127.0.0.1:8092/hook.

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belay.signature.Headers;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Verdict;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

final Provider provider = Providers.named("standard-webhooks").orElseThrow();
final Secret secret = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

void main(String[] arguments) throws Exception {
    boolean serve = arguments.length > 0 && arguments[0].equals("serve");
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", serve ? 8092 : 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/hook", this::receive);
    server.start();
    if (serve) {
        IO.println("listening at http://127.0.0.1:8092/hook");
        new CountDownLatch(1).await();
    }

    SignedRequest genuine =
            Samples.request(provider, "invoice.paid", null, secret, "msg_1", Instant.now());
    byte[] other = "{\"type\":\"invoice.paid\",\"data\":{\"amount\":1}}".getBytes(StandardCharsets.UTF_8);
    SignedRequest forged = new SignedRequest("POST", "", genuine.headers(), other);
    SignedRequest late =
            Samples.request(provider, "invoice.paid", null, secret, "msg_2", Instant.now().minusSeconds(3600));
    IO.println("genuine: " + send(server, genuine));
    IO.println("forged:  " + send(server, forged));
    IO.println("late:    " + send(server, late));
    server.stop(0);
}

void receive(HttpExchange exchange) throws IOException {
    List<String> headers = new ArrayList<>();
    exchange.getRequestHeaders()
            .forEach((name, values) -> values.forEach(value -> headers.addAll(List.of(name, value))));
    byte[] body = exchange.getRequestBody().readAllBytes();
    SignedRequest request =
            new SignedRequest(exchange.getRequestMethod(), "", Headers.of(headers), body);

    // Nothing is parsed before it is known to be genuine.
    Verdict verdict = provider.scheme().verify(request, List.of(secret), Instant.now());
    int status =
            switch (verdict) {
                case Verdict.Genuine _ -> 202;
                case Verdict.Forged _, Verdict.Stale _ -> 401;
                // Only where the sender publishes its keys, as GitHub does not.
                case Verdict.KeyNeeded _ -> 503;
            };
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
}

int send(HttpServer server, SignedRequest signed) throws Exception {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    HttpRequest.Builder request =
            HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofByteArray(signed.body()));
    signed.headers().forEach(request::header);
    try (HttpClient http = HttpClient.newHttpClient()) {
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
