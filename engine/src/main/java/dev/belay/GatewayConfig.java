package dev.belay;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.Catalog;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.history.Retention;
import dev.belay.ingest.IngestLimits;
import dev.belay.signal.SignalListener;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How a gateway is set up. Begin with [#at] and change what differs from the defaults.
public final class GatewayConfig {
    private final Path data;
    private final @Nullable DatabaseConfig database;
    private final Catalog catalog;
    private final IngestLimits ingest;
    private final DispatcherLimits dispatcher;
    private final Retention.Windows retention;
    private final long maxStoreBytes;
    private final int node;
    private final String version;
    private final SignalListener signals;
    private final Time time;
    private final RandomGenerator random;
    private final List<AllowedRange> keysAllowPrivate;

    private GatewayConfig(Builder builder) {
        data = builder.data;
        database = builder.database;
        catalog = builder.catalog;
        ingest = builder.ingest;
        dispatcher = builder.dispatcher;
        retention = builder.retention;
        maxStoreBytes = builder.maxStoreBytes;
        node = builder.node;
        version = builder.version;
        signals = builder.signals;
        time = builder.time;
        random = builder.random;
        keysAllowPrivate = builder.keysAllowPrivate;
    }

    /// A gateway with its data in this directory, which is made where there is none. One process at
    /// a time can use a directory.
    public static Builder at(Path data) {
        return new Builder(data);
    }

    /// The data directory.
    public Path data() {
        return data;
    }

    /// The database, null: the embedded store in the data directory.
    public @Nullable DatabaseConfig database() {
        return database;
    }

    /// What is declared at the start.
    public Catalog catalog() {
        return catalog;
    }

    /// Bounds of what waits to be stored.
    public IngestLimits ingest() {
        return ingest;
    }

    /// Bounds of what is being delivered.
    public DispatcherLimits dispatcher() {
        return dispatcher;
    }

    /// How long history is kept.
    public Retention.Windows retention() {
        return retention;
    }

    /// Largest size of the database file in bytes, 0: what the disk holds.
    public long maxStoreBytes() {
        return maxStoreBytes;
    }

    /// This node's number, 0 to [dev.belay.event.Ids#MAX_NODES] less one. A database gives out its
    /// own.
    public int node() {
        return node;
    }

    /// The version told to destinations in `User-Agent`.
    public String version() {
        return version;
    }

    /// Who hears what happens.
    public SignalListener signals() {
        return signals;
    }

    /// The clock of schedules, leases, history and signatures. Deadlines of attempts run by the
    /// machine's.
    public Time time() {
        return time;
    }

    /// Where jitter comes from.
    public RandomGenerator random() {
        return random;
    }

    /// Ranges that senders' keys may be fetched from although they are not on the public internet.
    public List<AllowedRange> keysAllowPrivate() {
        return keysAllowPrivate;
    }

    /// Collects what differs from the defaults.
    public static final class Builder {
        private final Path data;
        private @Nullable DatabaseConfig database;
        private Catalog catalog = Catalog.empty();
        private IngestLimits ingest = IngestLimits.DEFAULT;
        private DispatcherLimits dispatcher = DispatcherLimits.DEFAULT;
        private Retention.Windows retention = Retention.Windows.DEFAULT;
        private long maxStoreBytes;
        private int node;
        private String version = "0.1";
        private SignalListener signals = SignalListener.NONE;
        private Time time = new SystemTime();
        private RandomGenerator random = RandomGenerator.getDefault();
        private List<AllowedRange> keysAllowPrivate = List.of();

        private Builder(Path data) {
            this.data = data;
        }

        /// A database in place of the embedded store; default: none. The data directory then holds
        /// nothing but what tells this node from others.
        public Builder database(DatabaseConfig value) {
            database = value;
            return this;
        }

        /// Sources, destinations and subscriptions to begin with; default: none.
        public Builder catalog(Catalog value) {
            catalog = value;
            return this;
        }

        /// Where, besides the public internet, the keys of senders may be fetched; default:
        /// nowhere.
        public Builder keysAllowPrivate(List<AllowedRange> value) {
            keysAllowPrivate = List.copyOf(value);
            return this;
        }

        /// Default: [IngestLimits#DEFAULT].
        public Builder ingest(IngestLimits value) {
            ingest = value;
            return this;
        }

        /// Default: [DispatcherLimits#DEFAULT].
        public Builder dispatcher(DispatcherLimits value) {
            dispatcher = value;
            return this;
        }

        /// Default: 30 days of what was delivered or cancelled, 90 of what is dead.
        public Builder retention(Retention.Windows value) {
            retention = value;
            return this;
        }

        /// Largest size of the database file in bytes; default 0: what the disk holds.
        public Builder maxStoreBytes(long value) {
            maxStoreBytes = value;
            return this;
        }

        /// This node's number, 0 to [dev.belay.event.Ids#MAX_NODES] less one; default 0. Looked at
        /// when the gateway is opened.
        public Builder node(int value) {
            node = value;
            return this;
        }

        /// The version told to destinations in `User-Agent`; default `0.1`.
        public Builder version(String value) {
            version = value;
            return this;
        }

        /// Who hears what happens; default: nobody.
        public Builder signals(SignalListener value) {
            signals = value;
            return this;
        }

        /// The clock of schedules, leases, history and signatures; default: the machine's.
        /// Deadlines of attempts run by the machine's in any case.
        public Builder time(Time value) {
            time = value;
            return this;
        }

        /// Where jitter comes from; default: the JDK's default generator.
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /// The configuration.
        public GatewayConfig build() {
            return new GatewayConfig(this);
        }
    }
}
