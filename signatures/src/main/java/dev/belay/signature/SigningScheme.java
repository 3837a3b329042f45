package dev.belay.signature;

import dev.belay.signature.TimestampRule.Source;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every scheme in which the sender signs something made of parts of the request, as data.
/// [Providers] holds the ones known by name; [HmacTemplate] makes one from a configuration.
///
/// The order of judging: the request must follow the scheme ([Claim]); then, for each secret, the
/// signatures offered are checked in constant time; only then is the timestamp held against the
/// clock. So [Verdict.Stale] means "genuine, but not now", and a forger cannot tell the two apart
/// by time. Base64 must be written the one way an encoder writes it.
///
/// @param algorithm what makes the signature
/// @param place where the signatures are
/// @param grammar how the text there is laid out
/// @param encoding how each signature in it is written
/// @param content what is signed, in order
/// @param coverage how much of the body that protects
/// @param timestamp the rule for the signed timestamp, or null where the sender has none
/// @param idHeader where the message id is, or null where no header has it. Demanded only where
///   [Part.MessageId] is signed
/// @param keyHeader the header that names the key used, or null. With one, each secret is written
///   `name:secret`, and only those with that name are tried
public record SigningScheme(
        Algorithm algorithm,
        SignaturePlace place,
        Grammar grammar,
        Encoding encoding,
        List<Part> content,
        Coverage coverage,
        @Nullable TimestampRule timestamp,
        @Nullable HeaderName idHeader,
        @Nullable HeaderName keyHeader)
        implements Scheme {

    /// How much of the body a signature protects.
    public enum Coverage {
        /// Every byte, or every field of a form.
        BODY,
        /// Some fields only; whoever holds one genuine request can change the rest of it. A few
        /// providers leave no choice.
        FIELDS
    }

    /// @throws IllegalArgumentException if the parts do not fit together: something is signed that
    ///   nothing supplies, the body is not covered as said, or a timestamp is demanded that is not
    ///   signed
    public SigningScheme {
        content = List.copyOf(content);
        if (content.stream().anyMatch(Part::coversBody) != (coverage == Coverage.BODY)) {
            throw new IllegalArgumentException("the body must be signed, or said not to be");
        }
        boolean isInBody = timestamp != null && timestamp.source() instanceof Source.InBody;
        if (content.contains(new Part.Timestamp()) != (timestamp != null)
                && !(isInBody && coverage == Coverage.BODY)) {
            throw new IllegalArgumentException("a timestamp must have a rule and be signed");
        }
        if (content.contains(new Part.MessageId()) && idHeader == null) {
            throw new IllegalArgumentException("the signed id has no header");
        }
        if (timestamp != null
                && timestamp.source() instanceof Source.InSignature
                && !((grammar instanceof Grammar.Fields || grammar instanceof Grammar.Positional)
                        && place instanceof SignaturePlace.InHeader)) {
            throw new IllegalArgumentException("only a list in one header can hold the timestamp");
        }
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        return switch (Claim.read(this, request)) {
            case Claim.Refused(Verdict.Reason reason) -> new Verdict.Forged(reason);
            case Claim.Made claim -> judge(claim, secrets, now);
        };
    }

    private Verdict judge(Claim.Made claim, List<Secret> secrets, Instant now) {
        boolean isKeyKnown = claim.key() == null;
        for (int i = 0; i < secrets.size(); i++) {
            Secret secret = keyed(secrets.get(i), claim.key());
            if (secret == null) {
                continue;
            }
            isKeyKnown = true;
            Algorithm.Check check = algorithm.check(secret, claim.content());
            if (check == null) {
                continue;
            }
            for (byte[] signature : claim.signatures()) {
                if (check.admits(signature)) {
                    return timestamp == null || timestamp.admits(claim.timestamp(), now)
                            ? new Verdict.Genuine(i)
                            : new Verdict.Stale(timestamp.ageSeconds(claim.timestamp(), now));
                }
            }
        }
        return new Verdict.Forged(
                isKeyKnown ? Verdict.Reason.MISMATCH : Verdict.Reason.KEY_UNKNOWN);
    }

    /// The secret proper, where it belongs to the key of this name; null where it does not.
    private @Nullable Secret keyed(Secret secret, @Nullable String name) {
        if (keyHeader == null) {
            return secret;
        }
        String text = secret.reveal();
        int colon = text.indexOf(':');
        return colon > 0
                        && (name == null || text.substring(0, colon).equals(name))
                        && !text.substring(colon + 1).isBlank()
                ? Secret.of(text.substring(colon + 1))
                : null;
    }

    /// @throws IllegalArgumentException if the secret or the id cannot serve this scheme, or
    ///   something that is signed is not in the request
    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        String time = timestampText(request, now);
        Headers headers = Headers.empty();
        if (idHeader != null) {
            headers = headers.with(idHeader.primary(), messageId);
        }
        if (timestamp != null && timestamp.source() instanceof Source.InHeader(HeaderName name)) {
            headers = headers.with(name.primary(), time);
        }
        if (keyHeader != null) {
            String text = secret.reveal();
            headers = headers.with(keyHeader.primary(), text.substring(0, text.indexOf(':')));
        }
        String value = value(request, secret, messageId, time);
        return switch (place) {
            case SignaturePlace.InHeader(HeaderName name) -> headers.with(name.primary(), value);
            case SignaturePlace.InAnyHeader(List<String> names) ->
                    headers.with(names.getFirst(), value);
            case SignaturePlace.InRepeatedHeader(String name) -> headers.with(name, value);
            case SignaturePlace.At _ -> headers;
        };
    }

    @Override
    public SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        SignedRequest signed =
                request.with(request.headers().with(sign(request, secret, messageId, now)));
        if (!(place instanceof SignaturePlace.At(Location location))) {
            return signed;
        }
        String value = value(request, secret, messageId, timestampText(request, now));
        return Placement.put(signed, location, value);
    }

    private String timestampText(SignedRequest request, Instant now) {
        if (timestamp == null) {
            return "";
        }
        if (timestamp.source() instanceof Source.InBody(String pointer)) {
            String found = new Parsed(request).scalar(pointer);
            return found == null ? "" : found;
        }
        return timestamp.write(now);
    }

    private String value(SignedRequest request, Secret secret, String id, String time) {
        String field =
                timestamp != null && timestamp.source() instanceof Source.InSignature(String key)
                        ? grammar instanceof Grammar.Positional ? time : key + "=" + time
                        : "";
        return grammar.write(field, signature(request, secret, id, time));
    }

    /// One signature, encoded, without the grammar around it.
    String signature(SignedRequest request, Secret secret, String id, String timestampText) {
        Secret proper = keyed(secret, null);
        if (proper == null) {
            throw new IllegalArgumentException(
                    problemSigningWith(secret).orElse("unusable secret"));
        }
        if (idHeader != null && !admitsId(id)) {
            throw new IllegalArgumentException("this message id would make a signature ambiguous");
        }
        Content signed = Content.of(content, new Parsed(request), id, timestampText);
        if (signed.problem() != null) {
            throw new IllegalArgumentException(
                    "something that is signed is not there: " + signed.problem().word());
        }
        return encoding.encode(algorithm.sign(proper, signed.pieces()));
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        Secret proper = keyed(secret, null);
        return proper == null
                ? Optional.of("the secret is not written name-of-key:secret")
                : algorithm.problemWith(proper);
    }

    @Override
    public Optional<String> problemSigningWith(Secret secret) {
        Secret proper = keyed(secret, null);
        return proper == null ? problemWith(secret) : algorithm.problemSigningWith(proper);
    }

    /// Whether the message id is part of what is signed.
    boolean signsId() {
        return content.contains(new Part.MessageId());
    }

    /// Whether this can be a message id: visible ASCII, and free of the literal that ends it in the
    /// signed text. With a full stop in a Standard Webhooks id, one signed text could be cut into
    /// id, time and body in a second way.
    boolean admitsId(String id) {
        if (id.isEmpty()
                || id.length() > Claim.MAX_ID_LENGTH
                || !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return false;
        }
        for (int i = 0; i + 1 < content.size(); i++) {
            if (content.get(i) instanceof Part.MessageId
                    && content.get(i + 1) instanceof Part.Literal(String end)
                    && id.contains(end)) {
                return false;
            }
        }
        return true;
    }
}
