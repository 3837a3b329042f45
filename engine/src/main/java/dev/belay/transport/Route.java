package dev.belay.transport;

import dev.belay.catalog.DestinationUrl;
import java.net.InetAddress;

/// What a connection leads to. Connections are shared only between attempts of one destination at
/// one checked address.
record Route(String destination, boolean secure, String host, int port, InetAddress address) {
    static Route of(String destination, DestinationUrl url, InetAddress address) {
        return new Route(destination, url.secure(), url.host(), url.port(), address);
    }
}
