package dev.belay.transport;

import dev.belay.catalog.DestinationUrl;
import dev.belay.delivery.AttemptOutcome.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// Opens connections, to addresses that the [AddressGuard] has admitted and to no others.
///
/// @param watcher is told of each socket before anything blocks on it
record Dialer(HttpTransport transport, Watcher watcher) {
    /// Addresses tried, where a name has several and the first do not answer.
    static final int MAX_ADDRESSES = 3;

    /// Who may end a socket at any time.
    interface Watcher {
        /// Takes the socket under its eyes.
        ///
        /// @throws Failure when time is over already
        void watch(SocketChannel channel) throws Failure;
    }

    /// A connection to the first of the addresses that answers, over TLS where the URL says so.
    ///
    /// @param user who may share it
    Connection open(String user, DestinationUrl url, List<InetAddress> addresses) throws Failure {
        long until = transport.time().nanos() + transport.limits().connect().toNanos();
        Failure last = new Failure(Trouble.CONNECT_TIMEOUT);
        for (int i = 0; i < addresses.size(); i++) {
            long share = (until - transport.time().nanos()) / (addresses.size() - i);
            int millis = (int) Math.max(1, share / 1_000_000);
            try {
                SocketChannel channel = connect(addresses.get(i), url.port(), millis);
                return shakeHands(Route.of(user, url, addresses.get(i)), channel);
            } catch (SocketTimeoutException e) {
                last = new Failure(Trouble.CONNECT_TIMEOUT);
            } catch (IOException e) {
                last = new Failure(Trouble.CONNECT_REFUSED);
            }
        }
        throw last;
    }

    private SocketChannel connect(InetAddress address, int port, int millis)
            throws IOException, Failure {
        SocketChannel channel = SocketChannel.open();
        watcher.watch(channel);
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(new InetSocketAddress(address, port), millis);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private Connection shakeHands(Route route, SocketChannel channel) throws Failure {
        try {
            if (!route.secure()) {
                return new Connection(route, channel, channel.socket());
            }
            SSLSocket socket =
                    (SSLSocket)
                            transport
                                    .tls()
                                    .createSocket(
                                            channel.socket(), route.host(), route.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new Connection(route, channel, socket);
        } catch (IOException e) {
            Connection.abort(channel);
            throw Failure.ofHandshake(e);
        }
    }
}
