package dev.belay.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belay.event.Body;
import dev.belay.signature.Headers;
import dev.belay.signature.SignedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Answers every request alike and keeps what it was sent.
final class FakeApi implements AutoCloseable {
    private final HttpServer server;
    private final int status;
    private final String answer;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    /// A request as it came in.
    record Seen(String method, String uri, Headers headers, Body body) {
        SignedRequest signed() {
            return new SignedRequest(method, "", headers, body.bytes());
        }

        String text() {
            return new String(body.bytes(), StandardCharsets.UTF_8);
        }
    }

    FakeApi(int status, String answer) {
        this.status = status;
        this.answer = answer;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        List<String> lines = new ArrayList<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(v -> lines.addAll(List.of(name, v))));
        seen.add(
                new Seen(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        Headers.of(lines),
                        Body.of(exchange.getRequestBody().readAllBytes())));
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
