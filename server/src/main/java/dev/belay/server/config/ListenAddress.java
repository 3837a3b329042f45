package dev.belay.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// An address to listen on, as it is written: `127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:8080`, or
/// `8080` alone, which means this machine only.
public final class ListenAddress {
    private ListenAddress() {}

    /// Reads one, or nothing when the text is none.
    public static Optional<InetSocketAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
            return host.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new InetSocketAddress(InetAddress.getAllByName(host)[0], port));
        } catch (UnknownHostException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
