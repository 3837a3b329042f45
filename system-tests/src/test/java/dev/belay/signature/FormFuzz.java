package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// Bodies read as forms: whatever can be signed is genuine, and with one byte more it is not.
public final class FormFuzz {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Scheme TWILIO = Providers.named("twilio").orElseThrow().scheme();
    private static final Secret SECRET = Secret.of("an-auth-token-of-32-characters-00");

    private FormFuzz() {}

    /// Takes one input.
    ///
    /// @param data the body
    public static void fuzzerTestOneInput(byte[] data) {
        Headers form = Headers.of("content-type", "application/x-www-form-urlencoded");
        SignedRequest request = new SignedRequest("POST", "https://a.example/in/x", form, data);
        request.formField("Body");
        SignedRequest signed;
        try {
            signed = TWILIO.signed(request, SECRET, "1", NOW);
        } catch (IllegalArgumentException noForm) {
            return;
        }
        if (!(TWILIO.verify(signed, List.of(SECRET), NOW) instanceof Verdict.Genuine)) {
            throw new AssertionError("its own signature is not genuine");
        }
        byte[] longer = Arrays.copyOf(data, data.length + 6);
        System.arraycopy("&q9=zz".getBytes(StandardCharsets.UTF_8), 0, longer, data.length, 6);
        if (TWILIO.verify(signed.with(longer), List.of(SECRET), NOW) instanceof Verdict.Genuine) {
            throw new AssertionError("a field more passes");
        }
    }
}
