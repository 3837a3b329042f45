package dev.belay.system.simulation;

import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Settlement;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks at each change of the disk as it is made.
final class StoreAudit {
    private static final int EVERYTHING = 1_000_000;

    private final Plan plan;
    private final Ledger ledger;
    private final MemoryStore memory;
    private final EndAudit ends;

    StoreAudit(Plan plan, Ledger ledger, MemoryStore memory, EndAudit ends) {
        this.plan = plan;
        this.ledger = ledger;
        this.memory = memory;
        this.ends = ends;
    }

    /// Stores an event.
    CompletableFuture<Appended> append(Disk disk, Append append) {
        CompletableFuture<Appended> made = disk.journal().append(append);
        Event event = append.event();
        if (made.isCompletedExceptionally()) {
            // The same id once more, refused: a process that was started again under its number,
            // with its clock set back, met what the one before had still on its way to the store.
            ledger.require(
                    plan.isShared() && memory.event(event.id()).isPresent(),
                    Invariant.NOTHING_BREAKS,
                    event.id(),
                    "was refused by the store");
            return made;
        }
        String id = event.externalId();
        if (made.join() instanceof Appended.Stored && id != null) {
            List<Message> said = ledger.messages(event.source(), id);
            ledger.require(
                    said.stream().anyMatch(Message::isHonest),
                    Invariant.ONLY_GENUINE_IS_STORED,
                    event.id(),
                    "holds %s",
                    said);
            ledger.require(
                    said.stream().anyMatch(message -> message.body().equals(event.body())),
                    Invariant.EXACT_BYTES,
                    event.id(),
                    "is stored with a body that nobody sent as %s",
                    id);
            Ledger.Stored first = ledger.stored(event.source(), id);
            // A process may start from a clock that is a little behind the last one's.
            long window = window(event.source()).minusMinutes(11).toMillis();
            ledger.require(
                    first == null || event.receivedAt().toEpochMilli() >= first.atMillis() + window,
                    Invariant.ONE_EVENT_PER_ID,
                    event.id(),
                    "is stored beside %s under the id %s",
                    first == null ? "" : first.event(),
                    id);
            ledger.stored(
                    event.source(),
                    id,
                    new Ledger.Stored(event.id(), event.receivedAt().toEpochMilli()));
        }
        return made;
    }

    private Duration window(String source) {
        return plan.sources().stream()
                .filter(declared -> declared.name().equals(source))
                .map(declared -> declared.dedupe().window())
                .findFirst()
                .orElse(dev.belay.catalog.DedupeRule.DEFAULT.window());
    }

    /// A result did not reach the disk, or nobody knows.
    void resultLost(Settle settle) {
        ledger.track(settle.delivery().id()).excuse(settle.attempt().number());
    }

    /// Stores a result.
    CompletableFuture<SettleResult> settle(Disk disk, Settle settle) {
        Delivery before = memory.delivery(settle.delivery().id()).orElse(null);
        CompletableFuture<SettleResult> made = disk.queue().settle(settle);
        if (made.join() == SettleResult.SETTLED) {
            settled(before, settle);
        }
        return made;
    }

    private void settled(@Nullable Delivery before, Settle settle) {
        DeliveryId id = settle.delivery().id();
        if (before == null
                || !(before.state() instanceof DeliveryState.Leased(Lease lease))
                || lease.token() != settle.token()) {
            ledger.violated(
                    Invariant.RESULTS_ARE_FENCED,
                    "%s was settled under token %d while it stood as %s"
                            .formatted(id, settle.token(), before));
            return;
        }
        ledger.require(
                settle.attempt().number() == before.attempts(),
                Invariant.ATTEMPTS_ARE_ON_RECORD,
                id,
                "settles attempt %d, the disk counts %d",
                settle.attempt().number(),
                before.attempts());
        Track track = ledger.track(id);
        Track.Answer answer = track.answerTo(settle.attempt().number());
        switch (settle.settlement()) {
            case Settlement.Complete() ->
                    ledger.require(
                            answer != null
                                    && answer.outcome() instanceof AttemptOutcome.Acknowledged,
                            Invariant.NAMED_END,
                            id,
                            "is delivered, but the destination's answer was %s",
                            answer);
            case Settlement.RetryAt retry -> {
                track.notBefore = retry.at();
                track.notBeforeNumber = before.attempts() + 1;
                if (answer != null) {
                    retried(before, retry, answer, track);
                }
            }
            case Settlement.GiveUp(DeadReason reason) -> {
                ledger.require(
                        reasonFits(reason, before, settle),
                        Invariant.NAMED_END,
                        id,
                        "is dead for %s after %s at attempt %d",
                        reason.word(),
                        settle.attempt().outcome(),
                        before.attempts());
                told(before, settle.notices());
            }
        }
    }

    private void retried(
            Delivery before, Settlement.RetryAt retry, Track.Answer answer, Track track) {
        RetryPolicy policy = policy(before);
        Duration least = leastDelay(policy, before.counted());
        if (!retry.counted()) {
            track.throttled++;
            ledger.require(
                    track.throttled <= plan.limits().maxThrottled(),
                    Invariant.THROTTLING_IS_BOUNDED,
                    before.id(),
                    "was throttled %d times",
                    track.throttled);
        }
        Duration asked = asked(answer.outcome());
        if (asked != null) {
            least = asked;
        } else if (ledger.wasUndeclared(before)) {
            least = Duration.ZERO;
        }
        ledger.require(
                !retry.at().isBefore(answer.at().plus(least)),
                Invariant.BACKOFF_IS_KEPT,
                before.id(),
                "failed at %s and is due at %s, not %s later",
                answer.at(),
                retry.at(),
                least);
    }

    /// How long the destination asked to be left alone, up to the limit; null where it did not ask.
    private @Nullable Duration asked(AttemptOutcome outcome) {
        if (outcome instanceof AttemptOutcome.Refused(int status, Duration after)
                && after != null
                && (status == 429 || status == 503)) {
            Duration longest = plan.limits().maxRetryAfter();
            return after.compareTo(longest) > 0 ? longest : after;
        }
        return null;
    }

    private RetryPolicy policy(Delivery delivery) {
        Subscription subscription = plan.subscription(delivery.subscription());
        return subscription == null ? RetryPolicy.DEFAULT : subscription.retry();
    }

    private static Duration leastDelay(RetryPolicy policy, int failures) {
        double millis =
                (double) policy.base().toMillis() * Math.pow(policy.factor(), failures - 1.0);
        return Duration.ofMillis((long) Math.min(millis, (double) policy.cap().toMillis()));
    }

    private boolean reasonFits(DeadReason reason, Delivery before, Settle settle) {
        AttemptOutcome outcome = settle.attempt().outcome();
        return switch (reason) {
            case ATTEMPTS_EXHAUSTED ->
                    before.counted() >= policy(before).attempts()
                            || (ledger.wasUndeclared(before)
                                    && before.counted() >= RetryPolicy.DEFAULT.attempts());
            case THROTTLED_TOO_OFTEN -> before.throttled() >= plan.limits().maxThrottled();
            case GONE -> outcome instanceof AttemptOutcome.Refused(int status, _) && status == 410;
            case REFUSED ->
                    outcome instanceof AttemptOutcome.Refused(int status, _) && status < 500;
            case DESTINATION_REMOVED -> ledger.wasUndeclared(before);
            case INVALID, POISON, FILTER_FAILED -> false;
        };
    }

    /// Has the store make dead letters, and finds each of them told in the same commit.
    <T> CompletableFuture<T> telling(
            DeadNotices notices, Function<DeadNotices, CompletableFuture<T>> making) {
        Map<Delivery, List<Notice>> dead = new LinkedHashMap<>();
        CompletableFuture<T> made =
                making.apply(
                        (delivery, reason) -> {
                            List<Notice> told = notices.of(delivery, reason);
                            dead.put(delivery, told);
                            return told;
                        });
        made.join();
        dead.forEach(this::told);
        return made;
    }

    private void told(Delivery delivery, List<Notice> notices) {
        if (!plan.tellsNotices()
                || delivery.destination().equals(Plan.NOTICES)
                || delivery.subscription().equals(Plan.NOTICES)) {
            return;
        }
        ledger.require(
                notices.stream().anyMatch(notice -> tells(notice, delivery.id())),
                Invariant.DEAD_LETTERS_ARE_TOLD,
                delivery.id(),
                "became a dead letter, and its commit holds no notice of it");
    }

    private boolean tells(Notice notice, DeliveryId id) {
        return "delivery.dead".equals(notice.event().type())
                && notice.event().body().contains(id.toString().getBytes(StandardCharsets.UTF_8))
                && memory.deliveriesOf(notice.event().id()).size() == notice.deliveries().size();
    }

    /// Removes history.
    int purge(
            Disk.Purge purge, Instant deliveredBefore, Instant deadBefore, Instant now, int limit) {
        List<Delivery> before = memory.deliveries(DeliveryQuery.ALL, EVERYTHING, null).items();
        List<EventId> events = new ArrayList<>();
        for (EventSummary event : memory.events(EventQuery.ALL, EVERYTHING, null).items()) {
            events.add(event.id());
        }
        before.forEach(ends::finished);
        int removed = purge.purge(deliveredBefore, deadBefore, now, limit);
        for (Delivery delivery : before) {
            if (memory.delivery(delivery.id()).isEmpty()) {
                ledger.require(
                        mayGo(delivery.state(), deliveredBefore, deadBefore),
                        Invariant.RETENTION_SPARES_UNFINISHED,
                        delivery.id(),
                        "was removed while it stood as %s",
                        delivery.state());
            }
        }
        events.stream().filter(id -> memory.event(id).isEmpty()).forEach(ledger::removed);
        return removed;
    }

    private static boolean mayGo(DeliveryState state, Instant deliveredBefore, Instant deadBefore) {
        return switch (state) {
            case DeliveryState.Delivered(Instant at) -> at.isBefore(deliveredBefore);
            case DeliveryState.Dead(Instant at, _) -> at.isBefore(deadBefore);
            case DeliveryState.Cancelled(Instant at, _) -> at.isBefore(deliveredBefore);
            case DeliveryState.Due _, DeliveryState.Leased _, DeliveryState.Held _ -> false;
        };
    }
}
