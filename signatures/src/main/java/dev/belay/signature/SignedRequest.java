package dev.belay.signature;

import java.util.Optional;

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

    /// The decoded value of a parameter of the URL's query, where exactly one has this name and the
    /// query is well-formed.
    public Optional<String> queryParameter(String name) {
        return Optional.ofNullable(FormText.only(FormText.ofQuery(url), name));
    }

    /// The decoded value of a field of the body, read as `application/x-www-form-urlencoded`, where
    /// exactly one has this name and the form is well-formed.
    public Optional<String> formField(String name) {
        return Optional.ofNullable(FormText.only(FormText.read(body), name));
    }

    /// The same with other header lines.
    SignedRequest with(Headers lines) {
        return new SignedRequest(method, url, lines, body);
    }

    /// The same with another body.
    SignedRequest with(byte[] bytes) {
        return new SignedRequest(method, url, headers, bytes);
    }
}
