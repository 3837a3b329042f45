package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Source;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.event.JsonFields;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.signal.Signal;
import dev.belay.signature.Handshake;
import dev.belay.signature.Headers;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The door: verifies a request, finds its id and type, routes it, and stores it with all its
/// deliveries in one commit. Nothing is looked at before the signature was found genuine, and
/// nothing is answered as accepted before the commit is on disk. Safe for use by many threads.
public final class Ingest {
    /// Prefix of the dedupe text of an event that carries no id of its own.
    private static final String CONTENT_HASH = "sha256:";

    private final IngestParts parts;
    private final IngestLimits limits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();

    /// A door that works with these parts.
    public Ingest(IngestParts parts, IngestLimits limits) {
        this.parts = parts;
        this.limits = limits;
    }

    /// Requests that wait for the store now.
    public int waiting() {
        return waiting.get();
    }

    /// Takes a request. The future completes when the outcome is durable, never exceptionally.
    public CompletableFuture<Receipt> receive(InboundRequest request) {
        long start = parts.time().nanos();
        Catalog catalog = parts.catalog().get();
        Source source = catalog.source(request.source());
        if (source == null) {
            return done(new Receipt.UnknownSource());
        }
        tell(new Signal.Received(source.name()));
        if (request.body().length() > source.bodyLimitBytes()) {
            return done(new Receipt.TooLarge(source.bodyLimitBytes()));
        }
        if (!admit(request.body())) {
            return done(unavailable(source.name(), StoreFailure.Kind.OVERLOADED));
        }
        CompletableFuture<Receipt> receipt;
        try {
            receipt = verified(catalog, source, request, start);
        } catch (RuntimeException e) {
            leave(request.body());
            throw e;
        }
        return receipt.whenComplete((_, _) -> leave(request.body()));
    }

    /// Takes an event from the application itself: no signature, and an idempotency key in place of
    /// the sender's id. The future completes when the outcome is durable, never exceptionally.
    ///
    /// @param source name of the built-in source it is published by
    public CompletableFuture<Receipt> publish(
            String source, String type, Body body, @Nullable String idempotencyKey) {
        long start = parts.time().nanos();
        tell(new Signal.Received(source));
        if (!admit(body)) {
            return done(unavailable(source, StoreFailure.Kind.OVERLOADED));
        }
        Event event =
                new Event(
                        new EventId(parts.ids().getAsLong()),
                        source,
                        type,
                        idempotencyKey,
                        parts.time().now(),
                        Headers.of("content-type", "application/json"),
                        body);
        DedupeKey key = idempotencyKey == null ? null : DedupeKey.of(source, idempotencyKey);
        Storing storing =
                new Storing(
                        event,
                        key,
                        event.receivedAt().plus(Source.DEFAULT_DEDUPE_WINDOW),
                        dev.belay.signature.Acknowledgement.ACCEPTED,
                        start);
        return store(parts.catalog().get(), storing).whenComplete((_, _) -> leave(body));
    }

    private boolean admit(Body body) {
        boolean count = waiting.incrementAndGet() <= limits.waiting();
        boolean bytes = waitingBytes.addAndGet(body.length()) <= limits.waitingBytes();
        if (!count || !bytes) {
            leave(body);
            return false;
        }
        return true;
    }

    private void leave(Body body) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-body.length());
    }

    private CompletableFuture<Receipt> verified(
            Catalog catalog, Source source, InboundRequest request, long start) {
        SignedRequest signed =
                new SignedRequest(
                        request.method(), request.url(), request.headers(), request.body().bytes());
        Verdict verdict =
                source.provider().scheme().verify(signed, source.secrets(), parts.time().wall());
        return switch (verdict) {
            case Verdict.Forged(Verdict.Reason reason) ->
                    done(rejected(source, request, reason.word()));
            case Verdict.Stale _ -> done(rejected(source, request, "stale"));
            case Verdict.Genuine _ -> genuine(catalog, source, request, start);
        };
    }

    private Receipt rejected(Source source, InboundRequest request, String reason) {
        parts.journal().reject(new Reject(parts.time().now(), source.name(), reason, request));
        tell(new Signal.Rejected(source.name(), reason));
        return new Receipt.Rejected();
    }

    private CompletableFuture<Receipt> genuine(
            Catalog catalog, Source source, InboundRequest request, long start) {
        Receipt challenge = challenge(source.provider().handshake(), request);
        if (challenge != null) {
            return done(challenge);
        }
        RequestFields fields = RequestFields.of(source, request);
        Instant now = parts.time().now();
        Event event =
                new Event(
                        new EventId(parts.ids().getAsLong()),
                        source.name(),
                        fields.type(),
                        fields.id(),
                        now,
                        request.headers(),
                        request.body());
        tell(new Signal.Verified(source.name(), event.id()));
        return store(
                catalog,
                new Storing(
                        event,
                        DedupeKey.of(source.name(), dedupeText(event)),
                        now.plus(source.dedupeWindow()),
                        source.provider().acknowledgement(),
                        start));
    }

    /// The sender's id, or where there is none a hash of the content: the same bytes within the
    /// window are taken for the same event.
    private static String dedupeText(Event event) {
        String externalId = event.externalId();
        return externalId != null
                ? externalId
                : CONTENT_HASH + HexFormat.of().formatHex(event.body().sha256());
    }

    private static @Nullable Receipt challenge(Handshake handshake, InboundRequest request) {
        return switch (handshake) {
            case Handshake.None _ -> null;
            case Handshake.EchoChallenge(String marker, String pointer, int maxLength) -> {
                Map<String, String> found =
                        JsonFields.find(request.body(), List.of("/type", pointer), maxLength);
                String text = found.get(pointer);
                yield text != null && marker.equals(found.get("/type"))
                        ? new Receipt.Challenge("text/plain; charset=utf-8", text)
                        : null;
            }
        };
    }

    /// What is to be stored, and how it is answered.
    private record Storing(
            Event event,
            @Nullable DedupeKey key,
            Instant keyExpiresAt,
            dev.belay.signature.Acknowledgement acknowledgement,
            long startNanos) {}

    private CompletableFuture<Receipt> store(Catalog catalog, Storing storing) {
        List<NewDelivery> deliveries = Router.route(catalog, storing.event, parts.firstState());
        CompletableFuture<Appended> appended;
        try {
            appended =
                    parts.journal()
                            .append(
                                    new Append(
                                            storing.event,
                                            storing.key,
                                            storing.keyExpiresAt,
                                            deliveries));
        } catch (StoreFailure refused) {
            return done(unavailable(storing.event.source(), refused.kind()));
        }
        return appended.handle(
                (result, error) ->
                        result != null
                                ? stored(storing, result)
                                : failed(storing.event.source(), error));
    }

    private Receipt stored(Storing storing, Appended result) {
        Event event = storing.event;
        return switch (result) {
            case Appended.Stored(var deliveries) -> {
                tell(
                        new Signal.Accepted(
                                event.source(),
                                event.id(),
                                event.type(),
                                deliveries.size(),
                                event.body().length(),
                                Duration.ofNanos(parts.time().nanos() - storing.startNanos)));
                parts.handOver().accept(event, deliveries);
                yield new Receipt.Accepted(event.id(), storing.acknowledgement);
            }
            case Appended.AlreadySeen(EventId first, boolean sameBody) -> {
                tell(new Signal.Duplicate(event.source(), first, sameBody));
                yield new Receipt.Duplicate(first, sameBody, storing.acknowledgement);
            }
        };
    }

    private Receipt failed(String source, @Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
        StoreFailure.Kind kind =
                cause instanceof StoreFailure failure
                        ? failure.kind()
                        : StoreFailure.Kind.UNAVAILABLE;
        if (!(cause instanceof StoreFailure)) {
            tell(new Signal.Trouble("ingest", String.valueOf(cause)));
        }
        return unavailable(source, kind);
    }

    private Receipt unavailable(String source, StoreFailure.Kind kind) {
        tell(new Signal.NotStored(source, kind.name().toLowerCase(java.util.Locale.ROOT)));
        return new Receipt.Unavailable(kind);
    }

    private void tell(Signal signal) {
        parts.signals().on(signal);
    }

    private static CompletableFuture<Receipt> done(Receipt receipt) {
        return CompletableFuture.completedFuture(receipt);
    }
}
