package dev.belay.store.postgres;

import dev.belay.signature.Secret;
import dev.belay.store.StoreOptions;
import dev.belay.time.Pace;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How the store uses PostgreSQL.
///
/// @param url `jdbc:postgresql://host:port/database`, with any setting of the driver
/// @param user null: the driver's default
/// @param password null: none, or as the driver finds it
/// @param allowUnsafe whether a database that acknowledges before it has synced is used
/// @param group how much one commit takes together
/// @param readers connections that read
/// @param limits of the connections
public record PostgresOptions(
        String url,
        @Nullable String user,
        @Nullable Secret password,
        boolean allowUnsafe,
        StoreOptions.Group group,
        int readers,
        Limits limits) {
    /// The usual options for a database.
    public static PostgresOptions of(String url, @Nullable String user, @Nullable Secret password) {
        return new PostgresOptions(
                url, user, password, false, StoreOptions.DEFAULT.group(), 4, Limits.DEFAULT);
    }

    /// The URL without its settings, which can hold a password.
    String place() {
        int settings = url.indexOf('?');
        return settings < 0 ? url : url.substring(0, settings);
    }

    /// These options, with a word about unsafe databases.
    public PostgresOptions withAllowUnsafe(boolean other) {
        return new PostgresOptions(url, user, password, other, group, readers, limits);
    }

    /// These options with other limits.
    public PostgresOptions withLimits(Limits other) {
        return new PostgresOptions(url, user, password, allowUnsafe, group, readers, other);
    }

    /// How long the database may take.
    ///
    /// @param connect to make a connection
    /// @param statement for one statement; the server ends it, so that its outcome is known
    /// @param lock to wait for another transaction
    /// @param idle for a transaction to be left open by a process that died or hangs
    /// @param socket for an answer; longer than `statement`, for when the server is gone
    /// @param heartbeat time between two signs of life of a node; a fraction of
    ///   [dev.belay.delivery.Members#FRESH]
    public record Limits(
            Duration connect,
            Duration statement,
            Duration lock,
            Duration idle,
            Duration socket,
            Duration heartbeat) {
        /// 5 s, 20 s, 5 s, 30 s, 30 s; every 3 s.
        public static final Limits DEFAULT =
                new Limits(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Pace.of(Duration.ofSeconds(3)));
    }
}
