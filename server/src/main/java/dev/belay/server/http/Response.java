package dev.belay.server.http;

import java.nio.charset.StandardCharsets;

/// An answer, complete. The listener adds length, date and request id.
public final class Response {
    private static final String[] NONE = {};

    private final int status;
    private final String contentType;
    private final byte[] body;

    /// name, value, name, value, …
    private final String[] headers;

    /// @param contentType empty where there is no body
    /// @param body shared and not to be written to afterwards
    public Response(int status, String contentType, byte[] body) {
        this(status, contentType, body, NONE);
    }

    private Response(int status, String contentType, byte[] body, String[] headers) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.headers = headers;
    }

    /// 200 with a text.
    public static Response text(String text) {
        return new Response(
                200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// 204.
    public static Response empty() {
        return new Response(204, "", new byte[0]);
    }

    /// The same with one more header line. The value must be free of line ends.
    public Response with(String name, String value) {
        String[] more = java.util.Arrays.copyOf(headers, headers.length + 2);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return new Response(status, contentType, body, more);
    }

    /// The status.
    public int status() {
        return status;
    }

    /// The media type, empty where there is no body.
    public String contentType() {
        return contentType;
    }

    /// The body, shared and not to be written to.
    public byte[] body() {
        return body;
    }

    /// Further header lines: name, value, name, value, ….
    String[] headers() {
        return headers;
    }
}
