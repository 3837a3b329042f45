package dev.belay.server.http;

import java.util.List;

/// Serves requests of one route.
@FunctionalInterface
public interface Exchange {
    /// Answers one request. May throw [Refused].
    ///
    /// @param values what stands in the path in place of the template's `{…}`, in order
    Response serve(Request request, List<String> values);
}
