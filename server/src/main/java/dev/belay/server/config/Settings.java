package dev.belay.server.config;

import dev.belay.server.log.LogSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the file says of the process itself.
///
/// @param listen the address to listen on
/// @param data the directory of the embedded store
/// @param adminToken the token of the API, null: made at first start
/// @param publicUrl under which senders reach this gateway, without a slash at the end; null where
///   nothing is declared
/// @param log what the log looks like
/// @param keepDelivered how long delivered events are kept
/// @param keepDead how long dead letters are kept
public record Settings(
        InetSocketAddress listen,
        Path data,
        dev.belay.signature.@Nullable Secret adminToken,
        @Nullable URI publicUrl,
        LogSettings log,
        Duration keepDelivered,
        Duration keepDead) {
    /// Loopback, port 8080, `./data`, 30 and 90 days.
    public static Settings defaults() {
        return new Settings(
                new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 8080),
                Path.of("data"),
                null,
                null,
                LogSettings.DEFAULT,
                Duration.ofDays(30),
                Duration.ofDays(90));
    }
}
