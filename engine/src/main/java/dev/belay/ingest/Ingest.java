package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.DedupeRule;
import dev.belay.catalog.Source;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Notices;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.event.JsonFields;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Handshake;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The way in: from a request to a durable event and an answer. Nothing is answered as accepted
/// before the event and all its deliveries are committed, and nothing is looked at before the
/// signature. Safe for use by many threads; nothing blocks: outcomes are futures that complete with
/// the commit, and never exceptionally.
public final class Ingest {
    /// Longest idempotency key, in characters.
    public static final int MAX_KEY_LENGTH = 255;

    /// By these methods nobody delivers an event; a few senders register by them.
    private static final Set<String> WITHOUT_EVENT = Set.of("GET", "HEAD", "OPTIONS");

    private final IngestParts parts;
    private final IngestLimits limits;
    private final SignalListener signals;
    private final Router router;
    private final SenderBudgets budgets = new SenderBudgets();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    public Ingest(IngestParts parts, IngestLimits limits) {
        this.parts = parts;
        this.limits = limits;
        this.signals = parts.signals().guarded();
        this.router = new Router(parts.handOver(), signals);
    }

    /// Judges a request, stores what it brings and says how to answer. Never throws.
    public CompletableFuture<Receipt> receive(InboundRequest request) {
        long from = parts.time().nanos();
        Catalog catalog = parts.catalog().get();
        Source source = catalog.source(request.source());
        if (source == null) {
            // The name is the sender's invention: it must not become a label of a metric.
            signals.on(new Signal.Rejected("", "unknown_source"));
            return done(new Receipt.UnknownSource());
        }
        signals.on(new Signal.Received(source.name()));
        int length = request.body().length();
        if (length > source.limits().bodyBytes()) {
            reject(request, "too_large");
            return done(new Receipt.TooLarge(source.limits().bodyBytes()));
        }
        if (!enter(length)) {
            return done(unavailable(source.name(), StoreFailure.Kind.OVERLOADED));
        }
        CompletableFuture<Receipt> receipt;
        try {
            receipt = judge(catalog, source, request, from);
        } catch (RuntimeException broken) {
            receipt = CompletableFuture.failedFuture(broken);
        }
        return receipt.handle(
                (outcome, broken) -> {
                    leave(length);
                    return outcome != null ? outcome : brokenDown(source.name(), broken);
                });
    }

    /// A fault of ours. Nothing is known to be stored: the sender has to try again.
    private Receipt brokenDown(String source, @Nullable Throwable broken) {
        signals.on(new Signal.Trouble("ingest", String.valueOf(broken)));
        return unavailable(source, StoreFailure.Kind.UNKNOWN);
    }

    private static <T> CompletableFuture<T> done(T outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /// Stores an event that the application itself publishes, at the source
    /// [Event#PUBLISHED_SOURCE].
    ///
    /// @param key of the caller; the same key within [DedupeRule#DEFAULT] means the same event;
    ///   null: always a new event
    /// @throws IllegalArgumentException when the type or the key is empty, too long or holds a
    ///   control character
    public CompletableFuture<Kept> publish(
            String type, Headers headers, Body body, @Nullable String key) {
        long from = parts.time().nanos();
        if (!JsonFields.isUsable(type, JsonFields.MAX_LENGTH)) {
            throw new IllegalArgumentException("not a usable event type");
        }
        if (key != null && !JsonFields.isUsable(key, MAX_KEY_LENGTH)) {
            throw new IllegalArgumentException("not a usable idempotency key");
        }
        String source = Event.PUBLISHED_SOURCE;
        signals.on(new Signal.Received(source));
        Catalog catalog = parts.catalog().get();
        Event event = new Event(nextId(), source, type, key, parts.time().now(), headers, body);
        DedupeKey dedupe = key == null ? null : DedupeKey.of(source, key);
        if (!enter(body.length())) {
            return done(failed(source, StoreFailure.Kind.OVERLOADED));
        }
        return keep(catalog, event, dedupe, DedupeRule.DEFAULT.window(), from)
                .whenComplete((_, _) -> leave(body.length()));
    }

    private CompletableFuture<Receipt> judge(
            Catalog catalog, Source source, InboundRequest request, long from) {
        SignedRequest signed =
                new SignedRequest(
                        request.method(), request.url(), request.headers(), request.body().bytes());
        Receipt met = handshake(source, request, signed, false);
        if (met != null) {
            return done(met);
        }
        if (WITHOUT_EVENT.contains(request.method())) {
            return done(reject(request, "no_handshake"));
        }
        Verdict verdict =
                source.provider().scheme().verify(signed, accepted(source), parts.time().wall());
        return switch (verdict) {
            case Verdict.Genuine _ -> {
                Receipt answer = handshake(source, request, signed, true);
                yield answer != null ? done(answer) : admit(catalog, source, request, from);
            }
            case Verdict.Forged(Verdict.Reason reason) -> done(reject(request, reason.word()));
            case Verdict.Stale _ -> done(reject(request, "stale"));
        };
    }

    /// What to answer when the request is a handshake, or null when it is an ordinary event.
    private @Nullable Receipt handshake(
            Source source, InboundRequest request, SignedRequest signed, boolean isVerified) {
        return switch (Handshake.meet(
                source.provider().handshakes(),
                signed,
                isVerified,
                accepted(source),
                source.secrets().handshakeToken())) {
            case Handshake.Outcome.NotOne _ -> null;
            case Handshake.Outcome.Refused _ -> reject(request, "handshake_refused");
            case Handshake.Outcome.Answer(String contentType, String body, Headers headers) ->
                    new Receipt.Challenge(contentType, body, headers);
        };
    }

    private List<Secret> accepted(Source source) {
        return source.secrets().acceptedAt(parts.time().wall());
    }

    /// A genuine request: taken, as far as its sender has something left to spend.
    private CompletableFuture<Receipt> admit(
            Catalog catalog, Source source, InboundRequest request, long from) {
        Duration wait = budgets.genuine(source, request.remoteAddress(), parts.time().now());
        if (wait.isZero()) {
            return accept(catalog, source, request, from);
        }
        signals.on(new Signal.Rejected(source.name(), "rate_limited"));
        return done(new Receipt.TooMany(wait));
    }

    private CompletableFuture<Receipt> accept(
            Catalog catalog, Source source, InboundRequest request, long from) {
        Naming naming = Naming.of(source, request);
        Event event =
                new Event(
                        nextId(),
                        source.name(),
                        naming.type(),
                        naming.externalId(),
                        parts.time().now(),
                        request.headers(),
                        request.body());
        signals.on(new Signal.Verified(source.name(), event.id()));
        DedupeKey key =
                source.dedupe().takesRepeats()
                        ? null
                        : naming.dedupeKey(source.name(), request.body());
        var acknowledgement = source.provider().acknowledgement();
        return keep(catalog, event, key, source.dedupe().window(), from)
                .thenApply(
                        kept ->
                                switch (kept) {
                                    case Kept.Accepted(EventId id) ->
                                            new Receipt.Accepted(id, acknowledgement);
                                    case Kept.Seen(EventId first, boolean sameBody) ->
                                            new Receipt.Duplicate(first, sameBody, acknowledgement);
                                    case Kept.Failed(StoreFailure.Kind kind) ->
                                            new Receipt.Unavailable(kind);
                                });
    }

    private CompletableFuture<Kept> keep(
            Catalog catalog, Event event, @Nullable DedupeKey key, Duration window, long from) {
        CompletableFuture<Appended> appended;
        try {
            appended =
                    parts.journal()
                            .append(
                                    new Append(
                                            event,
                                            key,
                                            event.receivedAt().plus(window),
                                            router.route(catalog, event)));
        } catch (RuntimeException refused) {
            appended = CompletableFuture.failedFuture(refused);
        }
        return appended.handle(
                (outcome, error) ->
                        outcome != null
                                ? kept(event, outcome, from)
                                : failed(event.source(), kindOf(error)));
    }

    private StoreFailure.Kind kindOf(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
        if (cause instanceof StoreFailure failure) {
            return failure.kind();
        }
        signals.on(new Signal.Trouble("ingest", String.valueOf(cause)));
        return StoreFailure.Kind.UNKNOWN;
    }

    private Kept kept(Event event, Appended appended, long from) {
        return switch (appended) {
            case Appended.Stored(List<Delivery> deliveries) -> {
                signals.on(
                        new Signal.Accepted(
                                event.source(),
                                event.id(),
                                event.type(),
                                deliveries.size(),
                                event.body().length(),
                                Duration.ofNanos(parts.time().nanos() - from)));
                follow(event, deliveries);
                yield new Kept.Accepted(event.id());
            }
            case Appended.AlreadySeen(EventId first, boolean sameBody) -> {
                signals.on(new Signal.Duplicate(event.source(), first, sameBody));
                yield new Kept.Seen(first, sameBody);
            }
        };
    }

    /// What follows the commit. It cannot take the acceptance back: whatever fails here, the store
    /// holds the deliveries and the dispatcher finds them there.
    private void follow(Event event, List<Delivery> deliveries) {
        handOver(event, deliveries);
        for (Delivery delivery : deliveries) {
            if (delivery.state() instanceof DeliveryState.Dead(_, DeadReason reason)) {
                try {
                    tellDead(delivery, reason);
                } catch (RuntimeException broken) {
                    signals.on(new Signal.Trouble("notice", String.valueOf(broken)));
                }
            }
        }
    }

    private void handOver(Event event, List<Delivery> deliveries) {
        try {
            parts.handOver().handOver(event, deliveries);
        } catch (RuntimeException broken) {
            signals.on(new Signal.Trouble("hand-over", String.valueOf(broken)));
        }
    }

    private void tellDead(Delivery delivery, DeadReason reason) {
        signals.on(
                new Signal.DeadLettered(
                        delivery.id(), delivery.destination(), delivery.attempts(), reason.word()));
        for (DeliveryQueue.Notice notice :
                parts.notices()
                        .of(new Notices.Happening.DeliveryDead(delivery, reason, reason.word()))) {
            Instant forgetAt = notice.event().receivedAt();
            var _ =
                    parts.journal()
                            .append(new Append(notice.event(), null, forgetAt, notice.deliveries()))
                            .whenComplete(
                                    (appended, failure) -> {
                                        if (appended
                                                instanceof Appended.Stored(List<Delivery> stored)) {
                                            handOver(notice.event(), stored);
                                        } else if (failure != null) {
                                            signals.on(
                                                    new Signal.Trouble(
                                                            "notice", String.valueOf(failure)));
                                        }
                                    });
        }
    }

    private Receipt reject(InboundRequest request, String reason) {
        signals.on(new Signal.Rejected(request.source(), reason));
        Duration wait =
                budgets.rejected(request.remoteAddress(), limits.rejects(), parts.time().now());
        if (!wait.isZero()) {
            return new Receipt.TooMany(wait);
        }
        try {
            parts.journal()
                    .reject(
                            new EventJournal.Reject(
                                    parts.time().now(), request.source(), reason, request));
        } catch (StoreFailure failure) {
            signals.on(new Signal.Trouble("rejects", String.valueOf(failure.getMessage())));
        }
        return new Receipt.Rejected();
    }

    private Kept failed(String source, StoreFailure.Kind kind) {
        unavailable(source, kind);
        return new Kept.Failed(kind);
    }

    private Receipt unavailable(String source, StoreFailure.Kind kind) {
        signals.on(new Signal.NotStored(source, kind.name().toLowerCase(java.util.Locale.ROOT)));
        return new Receipt.Unavailable(kind);
    }

    private EventId nextId() {
        return new EventId(parts.ids().getAsLong());
    }

    /// One body larger than the whole budget still gets in when nothing else waits.
    private boolean enter(int length) {
        int others = requests.getAndIncrement();
        long waiting = bytes.getAndAdd(length);
        if (others >= limits.requests() || (others > 0 && waiting + length > limits.bytes())) {
            leave(length);
            return false;
        }
        return true;
    }

    private void leave(int length) {
        requests.decrementAndGet();
        bytes.addAndGet(-length);
    }

    /// What became of an event.
    public sealed interface Kept {
        /// Durably stored with all its deliveries.
        record Accepted(EventId event) implements Kept {}

        /// Seen before; nothing was stored.
        ///
        /// @param sameBody false when the body differs from the first one's
        record Seen(EventId first, boolean sameBody) implements Kept {}

        /// Not stored, or not known to be.
        record Failed(StoreFailure.Kind kind) implements Kept {}
    }
}
