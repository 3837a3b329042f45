package dev.belay.signature;

/// An HTTP request as a verifier sees it: the raw bytes and what may be signed along with them. The
/// body is the array that came from the socket; nobody writes to it.
public final class SignedRequest {
    private final String method;
    private final String url;
    private final Headers headers;
    private final byte[] body;

    /// @param method in upper case
    /// @param url the URL the sender was given (configured public URL and path), never one made of
    ///   forwarded headers
    /// @param headers as received
    /// @param body exactly as received
    public SignedRequest(String method, String url, Headers headers, byte[] body) {
        this.method = method;
        this.url = url;
        this.headers = headers;
        this.body = body;
    }

    /// The method, in upper case.
    public String method() {
        return method;
    }

    /// The URL the sender was given.
    public String url() {
        return url;
    }

    /// The header lines.
    public Headers headers() {
        return headers;
    }

    /// The body, shared and not to be written to.
    public byte[] body() {
        return body;
    }
}
