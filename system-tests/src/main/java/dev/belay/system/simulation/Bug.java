package dev.belay.system.simulation;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.catalog.SourceSecrets;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.delivery.Transport;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.signature.Providers;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The planted bugs. Each has to be found; a simulator that finds none of them proves nothing.
enum Bug implements PlantedBug {
    ANSWERS_BEFORE_COMMIT("the sender is answered before the commit") {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.answersFirst(journal);
        }
    },
    CHECKS_THEN_INSERTS("a copy is looked for first and stored afterwards, without the key") {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.checksThenInserts(journal, history);
        }
    },
    SHORT_LEASE("a claim's lease is shorter than the attempt's deadline") {
        @Override
        public Disk disk(MemoryStore memory) {
            return Disk.of(memory).withQueue(QueueBugs.grantsShortLeases(memory));
        }
    },
    NO_FENCING("a result is stored whatever its lease") {
        @Override
        public Disk disk(MemoryStore memory) {
            return Disk.of(memory).withQueue(QueueBugs.fencesNothing(memory));
        }
    },
    COUNTS_AFTER_SENDING("an attempt is counted when its result is stored") {
        @Override
        public Disk disk(MemoryStore memory) {
            return Disk.of(memory).withQueue(QueueBugs.countsAfterwards(memory));
        }
    },
    RETRIES_IN_MEMORY("the time of a retry is lost with the process") {
        @Override
        public void booted(MemoryStore memory, Instant now) {
            QueueBugs.forgetsRetries(memory);
        }
    },
    TWO_PROBES("a half-open circuit lets one probe too many through") {
        @Override
        public Catalog catalogOfDispatcher(Catalog declared) {
            return withBreakers(
                    declared, b -> new BreakerPolicy(b.failures(), b.reset(), b.probes() + 1));
        }
    },
    RETENTION_BY_AGE("retention looks at nothing but the age") {
        @Override
        public Disk disk(MemoryStore memory) {
            return Disk.of(memory)
                    .withPurge(
                            (delivered, dead, now, limit) ->
                                    QueueBugs.removesTheOld(memory, delivered, dead, now, limit));
        }
    },
    OPENS_LATE("the circuit opens one failure too late") {
        @Override
        public Catalog catalogOfDispatcher(Catalog declared) {
            return withBreakers(
                    declared, b -> new BreakerPolicy(b.failures() + 1, b.reset(), b.probes()));
        }
    },
    ONE_ATTEMPT_TOO_MANY("the policy's number is taken for the number of retries") {
        @Override
        public Catalog catalogOfDispatcher(Catalog declared) {
            return withRetries(
                    declared,
                    r ->
                            new RetryPolicy(
                                    r.attempts() + 1, r.base(), r.factor(), r.cap(), r.jitter()));
        }
    },
    DROPS_WHEN_FULL("the sender is answered although the disk is full") {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.dropsWhenFull(journal);
        }
    },
    TRUSTS_UNKNOWN("a commit whose outcome is unknown is taken for made") {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.trustsUnknown(journal);
        }
    },
    TIDIES_BODIES("the body is stored without the white space at its ends") {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.tidiesBodies(journal);
        }
    },
    LOSES_A_DELIVERY("the last of an event's deliveries is not stored with it") {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.losesADelivery(journal);
        }
    },
    TRUSTS_EVERYBODY("no signature is checked") {
        @Override
        public Catalog catalogOfIngest(Catalog declared) {
            return unverified(declared);
        }
    },
    RESCUES_NOTHING("claims of a dead process are overlooked") {
        @Override
        public Disk disk(MemoryStore memory) {
            return Disk.of(memory).withQueue(QueueBugs.rescuesNothing(memory));
        }
    },
    JITTER_TO_BOTH_SIDES("the jitter is also taken away") {
        @Override
        public DeliveryQueue queue(DeliveryQueue queue, EventJournal journal) {
            return QueueBugs.spreadsToBothSides(queue);
        }
    },
    IGNORES_RETRY_AFTER("what a destination asks is not heard") {
        @Override
        public Transport transport(Transport transport) {
            return sending ->
                    transport
                            .send(sending)
                            .thenApply(
                                    sent ->
                                            sent.outcome()
                                                            instanceof
                                                            AttemptOutcome.Refused(
                                                                    int status,
                                                                    var _)
                                                    ? new Transport.Sent(
                                                            new AttemptOutcome.Refused(
                                                                    status, null),
                                                            null)
                                                    : sent);
        }
    },
    NOTICE_AFTERWARDS("the notice of a dead letter is stored after it") {
        @Override
        public DeliveryQueue queue(DeliveryQueue queue, EventJournal journal) {
            return QueueBugs.tellsAfterwards(queue, journal);
        }
    },
    THROTTLED_FOR_EVER("uncounted attempts have no limit") {
        @Override
        public DispatcherLimits limits(DispatcherLimits d) {
            return new DispatcherLimits(
                    d.lease(),
                    d.laneCapacity(),
                    d.handOverBytes(),
                    d.sweep(),
                    d.poisonAfter(),
                    d.maxRetryAfter(),
                    Integer.MAX_VALUE);
        }
    },
    SCHEDULES_BY_WALL_CLOCK("retries and leases go by the wall clock") {
        @Override
        public Time time(Time steady) {
            return new Time() {
                @Override
                public Instant now() {
                    return steady.wall();
                }

                @Override
                public Instant wall() {
                    return steady.wall();
                }

                @Override
                public long nanos() {
                    return steady.nanos();
                }
            };
        }
    };

    private final String says;

    Bug(String says) {
        this.says = says;
    }

    /// What is wrong, in words.
    String says() {
        return says;
    }

    /// As written on the command line.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Bug> of(String word) {
        for (Bug bug : values()) {
            if (bug.word().equals(word)) {
                return Optional.of(bug);
            }
        }
        return Optional.empty();
    }

    private static Catalog withBreakers(Catalog declared, UnaryOperator<BreakerPolicy> other) {
        return Catalog.of(
                List.copyOf(declared.sources().values()),
                declared.destinations().values().stream()
                        .<Destination>map(
                                d ->
                                        new Destination.Handler(
                                                d.name(),
                                                d.timeout(),
                                                d.concurrency(),
                                                d.rate(),
                                                other.apply(d.breaker())))
                        .toList(),
                List.copyOf(declared.subscriptions().values()));
    }

    private static Catalog withRetries(Catalog declared, UnaryOperator<RetryPolicy> other) {
        return Catalog.of(
                List.copyOf(declared.sources().values()),
                List.copyOf(declared.destinations().values()),
                declared.subscriptions().values().stream()
                        .map(
                                s ->
                                        new Subscription(
                                                s.name(),
                                                s.source(),
                                                s.types(),
                                                s.filter(),
                                                s.destination(),
                                                other.apply(s.retry()),
                                                s.validation()))
                        .toList());
    }

    private static Catalog unverified(Catalog declared) {
        return Catalog.of(
                declared.sources().values().stream()
                        .map(
                                s ->
                                        new Source(
                                                s.name(),
                                                Providers.named("none").orElseThrow(),
                                                SourceSecrets.NONE,
                                                s.eventId(),
                                                s.eventType(),
                                                s.dedupe(),
                                                s.limits()))
                        .toList(),
                List.copyOf(declared.destinations().values()),
                List.copyOf(declared.subscriptions().values()));
    }
}
