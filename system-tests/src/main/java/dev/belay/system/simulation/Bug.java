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
import java.time.Duration;
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
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(QueueBugs.grantsShortLeases(disk.queue()));
        }
    },
    NO_FENCING("a result is stored whatever its lease") {
        @Override
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(QueueBugs.fencesNothing(disk.queue(), memory));
        }
    },
    COUNTS_AFTER_SENDING("an attempt is counted when its result is stored") {
        @Override
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(QueueBugs.countsAfterwards(disk.queue(), memory));
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
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withPurge(
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
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(QueueBugs.rescuesNothing(disk.queue()));
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
    },
    TAKES_OVER_EARLY("a silent node's work is taken over before its leases are over", 3) {
        @Override
        public Duration takeOverMargin(Duration real) {
            return Duration.ofMinutes(-3);
        }
    },
    COMPARES_CLOCKS("another node's lease is over when the own clock says so", 3) {
        @Override
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(NodeBugs.comparesClocks(disk.queue(), memory));
        }
    },
    TAKES_OVER_NOTHING("what a silent node held is left to it", 3) {
        @Override
        public Duration takeOverMargin(Duration real) {
            return Duration.ofDays(365);
        }
    },
    TRUSTS_ANY_HOLDER("a result is stored although another node holds the lease", 3) {
        @Override
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(NodeBugs.trustsAnyHolder(disk.queue(), memory));
        }
    },
    TRUSTS_AFTER_TAKE_OVER("a result is stored although its lease was taken away", 3) {
        @Override
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withQueue(NodeBugs.trustsAfterTakeOver(disk.queue(), memory));
        }
    },
    KEYS_OF_EACH_NODE("each node knows its own dedupe keys only", 3) {
        @Override
        public Disk disk(Disk disk, MemoryStore memory) {
            return disk.withJournal(NodeBugs.keysOfEachNode(disk.journal()));
        }
    },
    LEASES_WITHOUT_A_SIGN("something is leased without a fresh sign of life", 3) {
        @Override
        public boolean makes(Mistake mistake) {
            return mistake == Mistake.NO_SIGN_FIRST;
        }
    },
    DATES_SIGNS_LATE("a sign of life is dated by when its arrival is heard of", 3) {
        @Override
        public boolean makes(Mistake mistake) {
            return mistake == Mistake.DATES_SIGNS_LATE;
        }
    },
    INHERITS_NOTHING("a node that is started again leaves its own leases alone", 3) {
        @Override
        public boolean makes(Mistake mistake) {
            return mistake == Mistake.NO_INHERITANCE;
        }
    },
    ONE_NUMBER_FOR_ALL("every node has the same number", 3) {
        @Override
        public boolean makes(Mistake mistake) {
            return mistake == Mistake.ONE_NUMBER;
        }
    },
    LEAVES_BEFORE_DRAINING("a node leaves the others before its attempts have ended", 3) {
        @Override
        public boolean makes(Mistake mistake) {
            return mistake == Mistake.LEAVES_FIRST;
        }
    },
    BURIES_WHAT_OTHERS_KNOW("a node buries at its start what it does not know", 3) {
        @Override
        public boolean makes(Mistake mistake) {
            return mistake == Mistake.BURIES_UNKNOWN;
        }
    },
    REPEATS_UNKNOWN("what a commit of unknown outcome held is stored again as a new event", 3) {
        @Override
        public EventJournal journal(EventJournal journal, HistoryIndex history) {
            return JournalBugs.repeatsUnknown(journal);
        }
    };

    private final String says;
    private final int nodes;

    Bug(String says) {
        this(says, 0);
    }

    Bug(String says, int nodes) {
        this.says = says;
        this.nodes = nodes;
    }

    /// The nodes that it takes to find it, 0: one process on the embedded store.
    int nodes() {
        return nodes;
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
