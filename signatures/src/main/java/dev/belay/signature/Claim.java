package dev.belay.signature;

import dev.belay.signature.HeaderName.Found;
import dev.belay.signature.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;

/// What a request's headers claim, read as an [HmacScheme] says and before any key is touched.
sealed interface Claim {
    /// Most signatures that are looked at. An honest sender has one per key and version.
    int MAX_SIGNATURES = 20;

    /// Longest message id.
    int MAX_ID_LENGTH = 256;

    /// The headers do not follow the scheme.
    record Refused(Reason reason) implements Claim {}

    /// The headers follow the scheme.
    ///
    /// @param signatures decoded, at least one
    /// @param id the message id, empty where the scheme has none or the request need not have it
    /// @param timestampText as received, empty where the scheme has none
    /// @param timestamp the number in that text
    record Made(List<byte[]> signatures, String id, String timestampText, long timestamp)
            implements Claim {}

    /// Reads the claim.
    static Claim read(HmacScheme scheme, Headers headers) {
        Found header = scheme.signatureHeader().in(headers);
        if (header.problem() != null) {
            return new Refused(header.problem());
        }
        Found id = id(scheme, headers);
        if (id.problem() != null) {
            return new Refused(id.problem());
        }
        Found timestamp = timestamp(scheme, headers, header.text());
        if (timestamp.problem() != null) {
            return new Refused(timestamp.problem());
        }
        for (Part part : scheme.content()) {
            if (part instanceof Part.Header(HeaderName name)) {
                Found signed = name.in(headers);
                if (signed.problem() != null) {
                    return new Refused(signed.problem());
                }
            }
        }
        List<String> encoded = scheme.grammar().signatures(header.text());
        if (encoded.size() > MAX_SIGNATURES) {
            return new Refused(Reason.TOO_MANY_SIGNATURES);
        }
        List<byte[]> signatures = decoded(scheme, encoded);
        if (signatures.isEmpty()) {
            return new Refused(Reason.SIGNATURE_MALFORMED);
        }
        return new Made(
                signatures, id.text(), timestamp.text(), TimestampRule.read(timestamp.text()));
    }

    private static List<byte[]> decoded(HmacScheme scheme, List<String> encoded) {
        List<byte[]> signatures = new ArrayList<>(encoded.size());
        for (String text : encoded) {
            byte[] signature = scheme.encoding().decode(text, scheme.hash().length());
            if (signature != null) {
                signatures.add(signature);
            }
        }
        return signatures;
    }

    private static Found id(HmacScheme scheme, Headers headers) {
        HeaderName name = scheme.idHeader();
        if (name == null) {
            return new Found("", null);
        }
        Found id = name.in(headers);
        if (id.problem() == Reason.HEADER_MISSING && !scheme.signsId()) {
            return new Found("", null);
        }
        return id.problem() != null || scheme.admitsId(id.text())
                ? id
                : new Found("", Reason.ID_MALFORMED);
    }

    private static Found timestamp(HmacScheme scheme, Headers headers, String signatureHeader) {
        TimestampRule rule = scheme.timestamp();
        if (rule == null) {
            return new Found("", null);
        }
        Found found =
                switch (rule.source()) {
                    case TimestampRule.Source.InHeader(HeaderName name) -> name.in(headers);
                    case TimestampRule.Source.InSignature(String key) ->
                            field(scheme.grammar(), signatureHeader, key);
                };
        return found.problem() != null || TimestampRule.read(found.text()) >= 0
                ? found
                : new Found("", Reason.TIMESTAMP_MALFORMED);
    }

    private static Found field(Grammar grammar, String header, String key) {
        List<String> values =
                grammar instanceof Grammar.Fields fields ? fields.values(header, key) : List.of();
        return values.size() == 1
                ? new Found(values.getFirst(), null)
                : new Found("", Reason.SIGNATURE_MALFORMED);
    }
}
