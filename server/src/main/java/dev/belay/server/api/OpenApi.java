package dev.belay.server.api;

import dev.belay.server.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The description of the API, as OpenAPI 3.1 has it.
final class OpenApi {
    private OpenApi() {}

    static Response response() {
        return new Response(200, "application/json", document());
    }

    /// The document, as it lies beside this class.
    static byte[] document() {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
