package dev.belay.signature;

import java.nio.charset.StandardCharsets;

/// Puts what a sender proves itself with into a request, where it is no header.
final class Placement {
    private Placement() {}

    /// The request with this value: as the last parameter of the query, or in place of
    /// [SignaturePlace#MARK] in the body.
    ///
    /// @throws IllegalArgumentException if the body has no such mark
    static SignedRequest put(SignedRequest request, Location location, String value) {
        return switch (location) {
            case Location.Query(String name) ->
                    new SignedRequest(
                            request.method(),
                            request.url()
                                    + (request.url().indexOf('?') < 0 ? "?" : "&")
                                    + name
                                    + "="
                                    + FormText.encoded(value),
                            request.headers(),
                            request.body());
            case Location.FormField _ -> marked(request, FormText.encoded(value));
            case Location.Pointer _ -> marked(request, value);
            case Location.Header(String name) -> request.with(request.headers().with(name, value));
            case Location.Joined _ -> throw new IllegalArgumentException("not a single place");
        };
    }

    private static SignedRequest marked(SignedRequest request, String value) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        if (!body.contains(SignaturePlace.MARK)) {
            throw new IllegalArgumentException(
                    "this scheme is proved inside the body: write "
                            + SignaturePlace.MARK
                            + " there");
        }
        return request.with(
                body.replace(SignaturePlace.MARK, value).getBytes(StandardCharsets.UTF_8));
    }
}
