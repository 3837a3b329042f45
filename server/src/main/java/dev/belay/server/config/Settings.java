package dev.belay.server.config;

import dev.belay.DatabaseConfig;
import dev.belay.catalog.AllowedRange;
import dev.belay.server.log.LogSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the file says of the process itself.
///
/// @param listen the address to listen on
/// @param adminListen the address of API and metrics; the same as `listen` means one listener for
///   all
/// @param data the directory of the embedded store, or, beside a database, of what is this node's
///   own
/// @param database null: the embedded store
/// @param adminToken the token of the API, null: made at first start
/// @param publicUrl under which senders reach this gateway, without a slash at the end; null where
///   nothing is declared
/// @param log what the log looks like
/// @param keepDelivered how long delivered events are kept
/// @param keepDead how long dead letters are kept
/// @param keysAllowPrivate ranges that senders' keys may be fetched from although they are not on
///   the public internet
public record Settings(
        InetSocketAddress listen,
        InetSocketAddress adminListen,
        Path data,
        @Nullable DatabaseConfig database,
        dev.belay.signature.@Nullable Secret adminToken,
        @Nullable URI publicUrl,
        LogSettings log,
        Duration keepDelivered,
        Duration keepDead,
        List<AllowedRange> keysAllowPrivate) {
    private static final int DEFAULT_PORT = 8080;
    private static final int DEFAULT_ADMIN_PORT = 8081;

    /// Where API and metrics are when nothing is said of it: with everything else while that is for
    /// this machine only, else on a port of their own that still is.
    static InetSocketAddress usualAdmin(InetSocketAddress listen) {
        return listen.getAddress().isLoopbackAddress() ? listen : loopback(DEFAULT_ADMIN_PORT);
    }

    /// The same, listening elsewhere; API and metrics where that puts them when nothing is said.
    public Settings listeningOn(InetSocketAddress address) {
        return new Settings(
                address,
                usualAdmin(address),
                data,
                database,
                adminToken,
                publicUrl,
                log,
                keepDelivered,
                keepDead,
                keysAllowPrivate);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// Loopback, port 8080, `./data`, 30 and 90 days.
    public static Settings defaults() {
        InetSocketAddress listen = loopback(DEFAULT_PORT);
        return new Settings(
                listen,
                listen,
                Path.of("data"),
                null,
                null,
                null,
                LogSettings.DEFAULT,
                Duration.ofDays(30),
                Duration.ofDays(90),
                List.of());
    }
}
