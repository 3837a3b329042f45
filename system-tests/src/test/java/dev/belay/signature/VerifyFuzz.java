package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Every scheme of the catalogue, shown requests with any headers and any body: none may break it,
/// none may pass, and a hint must be had for each.
public final class VerifyFuzz {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final List<Provider> PROVIDERS =
            Providers.all().stream().filter(p -> !(p.scheme() instanceof Unverified)).toList();
    private static final List<String> NAMES = headerNames();

    /// Nobody, and no search guided by coverage, guesses it.
    private static final List<Secret> SECRETS =
            List.of(
                    Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwj="),
                    Secret.of("user-4a1d2c:pass-9b7e3f5a6c8d0e1f"));

    private VerifyFuzz() {}

    /// Takes one input.
    ///
    /// @param data which scheme, which headers, and the body
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 3) {
            return;
        }
        Provider provider = PROVIDERS.get(Byte.toUnsignedInt(data[0]) % PROVIDERS.size());
        String[] parts =
                new String(data, 2, data.length - 2, StandardCharsets.ISO_8859_1).split("\n", 6);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i + 1 < parts.length; i++) {
            int name = Byte.toUnsignedInt(data[1]) + i;
            lines.add(NAMES.get(name % NAMES.size()));
            lines.add(parts[i]);
        }
        byte[] body = parts[parts.length - 1].getBytes(StandardCharsets.ISO_8859_1);
        SignedRequest request =
                new SignedRequest(
                        "POST", "https://a.example/in/x?" + parts[0], Headers.of(lines), body);
        Verdict verdict = provider.scheme().verify(request, SECRETS, NOW);
        if (!(verdict instanceof Verdict.Forged || verdict instanceof Verdict.KeyNeeded)) {
            throw new AssertionError(provider.name() + " takes it as genuine: " + verdict);
        }
        if (Diagnosis.of(provider.scheme(), request, SECRETS, NOW).isEmpty()) {
            throw new AssertionError("no hint");
        }
        Handshake.meet(provider.handshakes(), request, false, SECRETS, null);
    }

    /// What the catalogue's entries look at, so that the search need not find the names.
    private static List<String> headerNames() {
        List<String> names = new ArrayList<>(List.of("authorization", "content-type"));
        for (Provider provider : PROVIDERS) {
            if (provider.scheme() instanceof SigningScheme signing) {
                if (signing.place() instanceof SignaturePlace.InHeader(HeaderName name)) {
                    names.add(name.primary());
                }
                if (signing.timestamp() != null
                        && signing.timestamp().source()
                                instanceof TimestampRule.Source.InHeader(HeaderName name)) {
                    names.add(name.primary());
                }
                if (signing.idHeader() != null) {
                    names.add(signing.idHeader().primary());
                }
            } else if (provider.scheme() instanceof TokenScheme) {
                names.add("x-token");
            }
        }
        return names.stream().distinct().toList();
    }
}
