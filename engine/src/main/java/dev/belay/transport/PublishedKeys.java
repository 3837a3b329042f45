package dev.belay.transport;

import dev.belay.signature.KeyDocument;
import dev.belay.signature.KeyPlace;
import dev.belay.signature.KeyQuestion;
import dev.belay.signature.KeySource;
import dev.belay.signature.Secret;
import dev.belay.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The keys that senders publish, fetched when they are needed and kept.
///
/// Whoever can send a request can make it name a key that does not exist. So a document is fetched
/// once a minute at most, and new certificates and single keys of one host ten times a minute at
/// most; a question that would need more than that is answered "not now", which is true, and never
/// "forged", which is not known. Questions that need the same document share one fetch.
///
/// What was fetched counts as long as its publisher says, within 5 minutes and 24 hours; while it
/// cannot be fetched again, 24 hours longer. Keys without an id are looked for again after 5
/// minutes. A certificate never counts longer than itself.
public final class PublishedKeys implements KeySource {
    /// A document that was fetched is not fetched again within this time, whoever asks.
    static final Duration AGAIN = Duration.ofMinutes(1);

    /// The same after a fetch that failed.
    static final Duration AGAIN_AFTER_FAILURE = Duration.ofSeconds(10);

    /// How much longer keys count while their publisher cannot be reached.
    static final Duration STALE = Duration.ofHours(24);

    /// Fetches of certificates and single keys that a host gets within [#AGAIN].
    static final int NEW_ONES = 10;

    /// Documents kept.
    static final int MAX_KEPT = 1_000;

    private final Publishers publishers;
    private final Time time;

    // Guarded by this.
    private final LinkedHashMap<Slot, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Slot, Flight> flights = new HashMap<>();
    private final Map<String, Deque<Long>> started = new HashMap<>();

    public PublishedKeys(Publishers publishers, Time time) {
        this.publishers = publishers;
        this.time = time;
    }

    /// What one fetch brings.
    private record Slot(KeyPlace place, String keyId) {
        static Slot of(KeyQuestion question) {
            KeyPlace place = question.place();
            boolean isOne = place.form() == KeyPlace.Form.PLAID;
            return new Slot(place, isOne ? question.keyId() : "");
        }
    }

    private record Flight(CompletableFuture<Loaded> loaded) {}

    @Override
    public CompletableFuture<Answer> keys(KeyQuestion question) {
        Slot slot = Slot.of(question);
        Flight flight;
        boolean isMine = false;
        synchronized (this) {
            long now = time.nanos();
            Kept document = kept.get(slot);
            if (document != null) {
                Answer answer = document.fresh(question, now, time.wall());
                if (answer != null) {
                    return CompletableFuture.completedFuture(answer);
                }
            }
            flight = flights.get(slot);
            if (flight == null) {
                long wait = document == null ? newWait(slot, now) : document.mayFetchAt - now;
                if (wait > 0) {
                    return CompletableFuture.completedFuture(
                            unfetched(document, question, Duration.ofNanos(wait)));
                }
                flight = new Flight(new CompletableFuture<>());
                flights.put(slot, flight);
                isMine = true;
            }
        }
        CompletableFuture<Answer> answer =
                flight.loaded().thenApply(loaded -> answer(loaded, slot, question));
        if (isMine) {
            start(slot, flight);
        }
        return answer;
    }

    /// Nanoseconds until a document that is not known may be fetched; a fetch that may begin is
    /// counted.
    private long newWait(Slot slot, long now) {
        String host = slot.place().url().getHost();
        Deque<Long> starts = started.computeIfAbsent(host, name -> new ArrayDeque<>());
        while (!starts.isEmpty() && now - starts.getFirst() >= AGAIN.toNanos()) {
            starts.removeFirst();
        }
        if (starts.size() >= NEW_ONES) {
            return starts.getFirst() + AGAIN.toNanos() - now;
        }
        starts.addLast(now);
        started.values().removeIf(Deque::isEmpty);
        return 0;
    }

    private void start(Slot slot, Flight flight) {
        CompletableFuture<Fetched> fetched;
        try {
            fetched = publishers.fetch(slot.place().url(), question(slot));
        } catch (RuntimeException unforeseen) {
            fetched = CompletableFuture.failedFuture(unforeseen);
        }
        var _ =
                fetched.exceptionally(broken -> new Fetched.Failed(String.valueOf(broken)))
                        .thenAccept(
                                answer -> {
                                    Loaded loaded =
                                            Loaded.of(
                                                    slot.place().form(),
                                                    slot.keyId(),
                                                    answer,
                                                    time.wall());
                                    land(slot, loaded);
                                    flight.loaded().complete(loaded);
                                });
    }

    private static byte @Nullable [] question(Slot slot) {
        if (slot.place().form() != KeyPlace.Form.PLAID) {
            return null;
        }
        // Neither holds a quote: settings and ids of keys are checked.
        List<Secret> credentials = slot.place().credentials();
        return "{\"client_id\":\"%s\",\"secret\":\"%s\",\"key_id\":\"%s\"}"
                .formatted(
                        credentials.getFirst().reveal(),
                        credentials.getLast().reveal(),
                        slot.keyId())
                .getBytes(StandardCharsets.UTF_8);
    }

    private synchronized void land(Slot slot, Loaded loaded) {
        flights.remove(slot);
        long now = time.nanos();
        Kept before = kept.get(slot);
        switch (loaded) {
            case Loaded.Document(KeyDocument document, Duration maxAge)
                    when !document.keys().isEmpty() || slot.place().form().isWhole() ->
                    kept.put(slot, new Kept(document, now, maxAge));
            case Loaded.Document _, Loaded.Missing _ -> kept.remove(slot);
            case Loaded.Failed _ -> {
                if (before != null) {
                    before.mayFetchAt = now + AGAIN_AFTER_FAILURE.toNanos();
                } else if (slot.place().form().isWhole()) {
                    kept.put(slot, Kept.nothing(now));
                }
            }
        }
        var eldest = kept.keySet().iterator();
        while (kept.size() > MAX_KEPT) {
            eldest.next();
            eldest.remove();
        }
    }

    private synchronized Answer answer(Loaded loaded, Slot slot, KeyQuestion question) {
        return switch (loaded) {
            case Loaded.Document(KeyDocument document, _) -> {
                List<PublicKey> keys = document.keys(question.keyId());
                Kept now = kept.get(slot);
                if (keys.isEmpty() && now != null) {
                    now.isAbsent(question.keyId());
                }
                yield keys.isEmpty() ? new Answer.Unknown() : new Answer.Known(keys);
            }
            case Loaded.Missing _ -> new Answer.Unknown();
            case Loaded.Failed _ -> unfetched(kept.get(slot), question, AGAIN_AFTER_FAILURE);
        };
    }

    /// The answer without a fetch: from what is old, as long as that counts.
    private Answer unfetched(@Nullable Kept document, KeyQuestion question, Duration wait) {
        List<PublicKey> keys =
                document == null ? List.of() : document.stale(question, time.nanos(), time.wall());
        return keys.isEmpty()
                ? new Answer.Unavailable(
                        Duration.ofSeconds(Math.max(1, wait.plusNanos(999_999_999).toSeconds())))
                : new Answer.Known(keys);
    }
}
