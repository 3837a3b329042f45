package dev.belay.transport;

import dev.belay.signature.KeyDocument;
import dev.belay.signature.KeyQuestion;
import dev.belay.signature.KeySource.Answer;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A document of keys that was fetched, and how long it counts. Guarded by who keeps it.
final class Kept {
    /// Keys without an id are not known to be missing, only not to fit: they count for this long.
    private static final Duration WITHOUT_ID = Duration.ofMinutes(5);

    /// Ids remembered that were asked for and are not there.
    private static final int MAX_ABSENT = 1_000;

    private final KeyDocument document;
    private final long fetchedAt;
    private final long freshNanos;
    private final Set<String> absent = new HashSet<>();

    /// In the steady clock's nanoseconds.
    long mayFetchAt;

    Kept(KeyDocument document, long now, Duration maxAge) {
        this.document = document;
        fetchedAt = now;
        freshNanos = maxAge.toNanos();
        mayFetchAt = now + PublishedKeys.AGAIN.toNanos();
    }

    /// What is known after the first fetch has failed.
    static Kept nothing(long now) {
        Kept kept = new Kept(new KeyDocument(List.of(), Map.of(), Instant.MIN), now, Duration.ZERO);
        kept.mayFetchAt = now + PublishedKeys.AGAIN_AFTER_FAILURE.toNanos();
        return kept;
    }

    /// Remembers that there is no such key.
    void isAbsent(String keyId) {
        if (absent.size() < MAX_ABSENT) {
            absent.add(keyId);
        }
    }

    /// The answer of a document that counts today, or null where it has none.
    @Nullable Answer fresh(KeyQuestion question, long now, Instant wall) {
        long age = now - fetchedAt;
        if (age >= freshNanos
                || wall.isAfter(document.validUntil())
                || (question.keyId().isEmpty() && age >= WITHOUT_ID.toNanos())) {
            return null;
        }
        List<PublicKey> keys = document.keys(question.keyId());
        if (!keys.isEmpty()) {
            return new Answer.Known(keys);
        }
        return absent.contains(question.keyId()) && now < mayFetchAt ? new Answer.Unknown() : null;
    }

    /// The keys while nothing newer can be had; none where they are too old for that.
    List<PublicKey> stale(KeyQuestion question, long now, Instant wall) {
        boolean isOver =
                now - fetchedAt >= freshNanos + PublishedKeys.STALE.toNanos()
                        || wall.isAfter(document.validUntil());
        return isOver ? List.of() : document.keys(question.keyId());
    }
}
