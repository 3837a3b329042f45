package dev.belay.signature;

import dev.belay.signature.HeaderName.Found;
import dev.belay.signature.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request claims, read as a [SigningScheme] says and before any key is touched.
sealed interface Claim {
    /// Most signatures that are looked at. An honest sender has one per key and version.
    int MAX_SIGNATURES = 20;

    /// Longest message id.
    int MAX_ID_LENGTH = 256;

    /// The request does not follow the scheme.
    record Refused(Reason reason) implements Claim {}

    /// The request follows the scheme.
    ///
    /// @param signatures decoded, at least one
    /// @param content what is signed, in pieces
    /// @param timestamp what the timestamp counts; 0 where the scheme has none
    /// @param key the name of the key that the sender used, null where it does not tell
    record Made(List<byte[]> signatures, List<byte[]> content, long timestamp, @Nullable String key)
            implements Claim {}

    /// Reads the claim.
    static Claim read(SigningScheme scheme, SignedRequest request) {
        Headers headers = request.headers();
        Parsed parsed = new Parsed(request);
        Offered place = Offered.at(scheme.place(), parsed);
        if (place.problem() != null) {
            return new Refused(place.problem());
        }
        Found id = id(scheme, headers);
        if (id.problem() != null) {
            return new Refused(id.problem());
        }
        TimestampRule rule = scheme.timestamp();
        Found time =
                rule == null
                        ? new Found("", null)
                        : timestamp(rule, scheme.grammar(), parsed, place.texts().getFirst());
        if (time.problem() != null) {
            return new Refused(time.problem());
        }
        Content content = Content.of(scheme.content(), parsed, id.text(), time.text());
        if (content.problem() != null) {
            return new Refused(content.problem());
        }
        Found key =
                scheme.keyHeader() == null ? new Found("", null) : scheme.keyHeader().in(headers);
        if (key.problem() != null) {
            return new Refused(key.problem());
        }
        List<String> encoded = new ArrayList<>(2);
        for (String text : place.texts()) {
            encoded.addAll(scheme.grammar().signatures(text));
        }
        if (encoded.size() > MAX_SIGNATURES) {
            return new Refused(Reason.TOO_MANY_SIGNATURES);
        }
        List<byte[]> signatures = decoded(scheme, encoded);
        if (signatures.isEmpty()) {
            return new Refused(Reason.SIGNATURE_MALFORMED);
        }
        return new Made(
                signatures,
                content.pieces(),
                rule == null ? 0 : rule.read(time.text()),
                scheme.keyHeader() == null ? null : key.text());
    }

    private static List<byte[]> decoded(SigningScheme scheme, List<String> encoded) {
        List<byte[]> signatures = new ArrayList<>(encoded.size());
        for (String text : encoded) {
            byte[] signature = scheme.encoding().decode(text, scheme.algorithm().longest());
            if (signature != null && scheme.algorithm().admitsLength(signature.length)) {
                signatures.add(signature);
            }
        }
        return signatures;
    }

    private static Found id(SigningScheme scheme, Headers headers) {
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

    private static Found timestamp(
            TimestampRule rule, Grammar grammar, Parsed parsed, String signatureText) {
        Found found =
                switch (rule.source()) {
                    case TimestampRule.Source.InHeader(HeaderName name) ->
                            name.in(parsed.request().headers());
                    case TimestampRule.Source.InSignature(String key) ->
                            found(grammar.field(signatureText, key), Reason.SIGNATURE_MALFORMED);
                    case TimestampRule.Source.InBody(String pointer) ->
                            found(parsed.scalar(pointer), Reason.FIELD_MISSING);
                };
        return found.problem() != null || rule.read(found.text()) >= 0
                ? found
                : new Found("", Reason.TIMESTAMP_MALFORMED);
    }

    private static Found found(@Nullable String text, Reason otherwise) {
        return text == null ? new Found("", otherwise) : new Found(text, null);
    }
}
