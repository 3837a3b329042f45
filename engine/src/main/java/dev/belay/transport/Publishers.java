package dev.belay.transport;

import dev.belay.catalog.AllowedRange;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Where senders publish what a receiver needs: keys, and URLs that complete a handshake.
@FunctionalInterface
public interface Publishers {
    /// Those on the network, reached like destinations: every address checked, no redirect
    /// followed, no proxy, no cookie, within a time and a size.
    ///
    /// @param allowed ranges that they may lie in although they are not on the public internet
    static Publishers over(HttpTransport transport, List<AllowedRange> allowed) {
        return (url, json) -> transport.fetch(url, json, allowed);
    }

    /// Fetches a document. The future never fails.
    ///
    /// @param url `https`
    /// @param json what is sent with POST, null: GET
    CompletableFuture<Fetched> fetch(URI url, byte @Nullable [] json);

    /// Fetches a URL for the sake of its being fetched; true when it was answered well.
    default CompletableFuture<Boolean> visit(URI url) {
        return fetch(url, null)
                .thenApply(
                        fetched ->
                                fetched instanceof Fetched.Answered(int status, _, _)
                                        && status / 100 == 2);
    }
}
