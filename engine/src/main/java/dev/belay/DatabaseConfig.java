package dev.belay;

import dev.belay.signature.Secret;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL database in place of the embedded store: what several nodes share.
///
/// @param url `jdbc:postgresql://host:port/database`, with any setting of the driver
/// @param user null: as the driver finds it
/// @param password null: none, or as the driver finds it
/// @param allowUnsafe whether a database that acknowledges before it has synced is used all the
///   same; acknowledged events can then be lost
public record DatabaseConfig(
        String url, @Nullable String user, @Nullable Secret password, boolean allowUnsafe) {
    /// How every such URL begins.
    public static final String SCHEME = "jdbc:postgresql:";

    public DatabaseConfig {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("the database's URL must begin with " + SCHEME);
        }
    }

    /// A safe database.
    public static DatabaseConfig of(String url, String user, Secret password) {
        return new DatabaseConfig(url, user, password, false);
    }
}
