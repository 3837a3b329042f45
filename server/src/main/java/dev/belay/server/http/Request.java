package dev.belay.server.http;

import dev.belay.signature.Headers;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One request, its head read and its body not yet.
public final class Request {
    private final String id;
    private final RequestHead head;
    private final String remoteAddress;
    private final BodyReader reader;

    Request(String id, RequestHead head, String remoteAddress, BodyReader reader) {
        this.id = id;
        this.head = head;
        this.remoteAddress = remoteAddress;
        this.reader = reader;
    }

    /// The id that the answer carries as `x-request-id`.
    public String id() {
        return id;
    }

    /// The method, as sent.
    public String method() {
        return head.method();
    }

    /// The path as sent: nothing is decoded or resolved.
    public String path() {
        return head.path();
    }

    /// What follows the question mark, as sent; null where there is none.
    public @Nullable String query() {
        return head.query();
    }

    /// The header lines in their order.
    public Headers headers() {
        return head.headers();
    }

    /// The peer's address, without port.
    public String remoteAddress() {
        return remoteAddress;
    }

    /// Reads the body. To be called at most once.
    ///
    /// @param limit most bytes; a larger body is refused before it is read, or, where its length is
    ///   not declared, as soon as it is exceeded
    /// @throws Refused when it is too large, too slow, malformed or cut short
    public byte[] body(int limit) {
        try {
            return reader.read(limit);
        } catch (IOException e) {
            throw new Refused(Problem.malformed("The body ended early."), true);
        }
    }
}
