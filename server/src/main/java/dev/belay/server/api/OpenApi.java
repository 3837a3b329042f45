package dev.belay.server.api;

import dev.belay.server.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The description of the API, as OpenAPI 3.1 has it.
final class OpenApi {
    private static final byte[] DOCUMENT = document();

    private OpenApi() {}

    static Response response() {
        return new Response(200, "application/json", DOCUMENT);
    }

    /// The document, as it lies beside this class.
    private static byte[] document() {
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
