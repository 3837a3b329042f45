package dev.belay.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Where names lead. May block for as long as it likes: [Lookups] bounds the wait.
@FunctionalInterface
public interface Resolver {
    /// What the machine is configured to ask.
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /// Every address of a name.
    ///
    /// @throws UnknownHostException when there is none or it could not be found out
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
