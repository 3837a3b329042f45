// Stripe payments, handled inside the process: an event is verified, checked for what it must hold, enriched,
// then handled; a failure is tried again, and what cannot be handled is kept as a dead letter.
//
//   java -cp server/target/belay.jar examples/Payments.java
//
// plays it through with samples and ends. With `serve` it listens at http://127.0.0.1:8091/in/stripe with the
// secret in STRIPE_SECRET ("whsec_test" where it is not set).

import com.sun.net.httpserver.HttpServer;
import dev.belay.EventContext;
import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.HandlerOptions;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Receipt;
import dev.belay.signature.Headers;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

final Provider stripe = Providers.named("stripe").orElseThrow();
final Secret secret = Secret.of(System.getenv().getOrDefault("STRIPE_SECRET", "whsec_test"));

// In place of the application's database: which payments were booked.
final Set<String> booked = ConcurrentHashMap.newKeySet();

void main(String[] arguments) throws Exception {
    HandlerOptions options =
            HandlerOptions.DEFAULT.with(
                    booking ->
                            booking.name("booking")
                                    .validation(
                                            new EventValidation(
                                                    List.of("/id", "/type", "/data/object/id"), null))
                                    .enrichment(event -> Map.of("account", accountOf(event)))
                                    .retry(
                                            new RetryPolicy(
                                                    5, Duration.ofMillis(200), 2, Duration.ofSeconds(5), 0.1)));
    Catalog catalog = Catalog.of(List.of(Source.of("stripe", stripe, secret)), List.of(), List.of());
    try (Gateway gateway =
            Gateway.open(GatewayConfig.at(Path.of("payments-data")).catalog(catalog).build())
                    .on("stripe", "payment_intent.*", options, this::book)) {
        if (arguments.length > 0 && arguments[0].equals("serve")) {
            serve(gateway);
        } else {
            play(gateway);
        }
    }
}

// Enrichment: what the handler needs to know beside the event. It runs before each attempt.
String accountOf(Event event) {
    return "account-of-" + event.externalId();
}

// The handler. The bank does not answer at the first two attempts. Booking is keyed by the event's id: should
// the process die after booking and before returning, the same event comes again and is not booked twice.
void book(Event event, EventContext context) throws Exception {
    if (context.attempt() <= 2) {
        IO.println("  attempt %d: the bank does not answer".formatted(context.attempt()));
        throw new IOException("the bank does not answer");
    }
    boolean first = booked.add(event.id().toString());
    IO.println(
            "  attempt %d: %s for %s"
                    .formatted(
                            context.attempt(),
                            first ? "booked" : "was booked before",
                            context.attributes().get("account")));
}

void play(Gateway gateway) throws Exception {
    Instant now = Instant.now();
    String id = Samples.messageId(stripe, new SecureRandom());

    IO.println("a payment:");
    SignedRequest payment =
            Samples.request(stripe, "payment_intent.succeeded", null, secret, id, now);
    Receipt receipt = gateway.receive(inbound(payment.headers(), payment.body()));
    IO.println("  " + receipt);
    Delivery delivery = settled(gateway, receipt);
    IO.println("  %s after %d attempts".formatted(delivery.state().word(), delivery.attempts()));

    IO.println("the same again: " + gateway.receive(inbound(payment.headers(), payment.body())));

    IO.println("with another body, and the old signature:");
    byte[] forged = new String(payment.body(), StandardCharsets.UTF_8).replace("succeeded", "SUCCEEDED").getBytes(StandardCharsets.UTF_8);
    IO.println("  " + gateway.receive(inbound(payment.headers(), forged)));

    IO.println("one without the object it speaks of:");
    byte[] hollow = "{\"id\":\"evt_hollow_%d\",\"type\":\"payment_intent.succeeded\"}".formatted(now.toEpochMilli()).getBytes(StandardCharsets.UTF_8);
    SignedRequest invalid = Samples.request(stripe, "payment_intent.succeeded", hollow, secret, "-", now);
    Delivery dead = settled(gateway, gateway.receive(inbound(invalid.headers(), invalid.body())));
    IO.println("  " + dead.state());
    gateway.history().attempts(dead.id()).forEach(a -> IO.println("  " + a.outcome()));
}

// Waits until the first delivery of an event has ended.
Delivery settled(Gateway gateway, Receipt receipt) throws InterruptedException {
    if (!(receipt instanceof Receipt.Accepted(var event, _))) {
        throw new IllegalStateException("not accepted: " + receipt);
    }
    HistoryIndex history = gateway.history();
    while (true) {
        for (Delivery delivery : history.deliveriesOf(event)) {
            if (delivery.state() instanceof DeliveryState.Delivered
                    || delivery.state() instanceof DeliveryState.Dead) {
                return delivery;
            }
        }
        Thread.sleep(Duration.ofMillis(20));
    }
}

InboundRequest inbound(Headers headers, byte[] body) {
    return new InboundRequest("stripe", "POST", "/in/stripe", headers, Body.of(body), "127.0.0.1");
}

void serve(Gateway gateway) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8091), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
            "/in/stripe",
            exchange -> {
                List<String> headers = new ArrayList<>();
                exchange.getRequestHeaders()
                        .forEach((name, values) -> values.forEach(v -> headers.addAll(List.of(name, v))));
                Receipt receipt =
                        gateway.receive(
                                inbound(
                                        Headers.of(headers),
                                        exchange.getRequestBody().readAllBytes()));
                int status =
                        switch (receipt) {
                            case Receipt.Accepted _, Receipt.Duplicate _ -> 202;
                            case Receipt.Rejected _ -> 401;
                            case Receipt.Challenge _ -> 200;
                            case Receipt.UnknownSource _ -> 404;
                            case Receipt.TooLarge _ -> 413;
                            case Receipt.TooMany _ -> 429;
                            case Receipt.Unavailable _ -> 503;
                        };
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
    server.start();
    IO.println("waiting for Stripe at http://127.0.0.1:8091/in/stripe");
    new CountDownLatch(1).await();
}
