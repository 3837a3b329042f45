package dev.belay.signature;

import dev.belay.signature.StructuredField.Bare;
import dev.belay.signature.StructuredField.InnerList;
import dev.belay.signature.StructuredField.Item;
import dev.belay.signature.StructuredField.Member;
import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// HTTP message signatures (RFC 9421). The sender says what it signs, so that the receiver has to
/// say what has to be signed: a request in whose signature something is missing is refused. One
/// good signature of several is enough.
///
/// @param algorithm the only one that is taken, whatever the parameter `alg` says
/// @param ways the components that have to be covered: all of one of these. None: anything goes,
///   which is for nobody
/// @param tolerance how far from the present `created` may be, both ways; null where it does not
///   have to be there
public record MessageSignatureScheme(
        Algorithm algorithm, List<List<String>> ways, @Nullable Duration tolerance)
        implements Scheme {
    private static final String INPUT = "Signature-Input";
    private static final String SIGNATURE = "Signature";
    private static final String LABEL = "sig1";
    private static final String DIGEST = "content-digest";

    /// @throws IllegalArgumentException if RFC 9421 has no name for the algorithm
    public MessageSignatureScheme {
        ways = ways.stream().map(List::copyOf).toList();
        if (name(algorithm).isEmpty()) {
            throw new IllegalArgumentException("no algorithm of RFC 9421");
        }
    }

    private static String name(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.Hmac(Hash hash, _) -> hash == Hash.SHA256 ? "hmac-sha256" : "";
            case Algorithm.KeyPair(KeyKind kind, _) ->
                    switch (kind) {
                        case ED25519 -> "ed25519";
                        case ECDSA_P256_P1363 -> "ecdsa-p256-sha256";
                        case RSA_SHA256 -> "rsa-v1_5-sha256";
                        case RSA_PSS_SHA512 -> "rsa-pss-sha512";
                        case ECDSA_P256, RSA_SHA1, RSA_SHA512 -> "";
                    };
            case Algorithm.PrefixedHash _ -> "";
        };
    }

    /// Whether every way covers the body.
    boolean coversBody() {
        return !ways.isEmpty() && ways.stream().allMatch(way -> way.contains(DIGEST));
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        String input = String.join(", ", request.headers().all(INPUT));
        String signature = String.join(", ", request.headers().all(SIGNATURE));
        if (input.isBlank() || signature.isBlank()) {
            return new Forged(Reason.HEADER_MISSING);
        }
        Map<String, Member> inputs = StructuredField.dictionary(input);
        Map<String, Member> signatures = StructuredField.dictionary(signature);
        if (inputs == null || signatures == null) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        Verdict verdict = new Forged(Reason.SIGNATURE_MALFORMED);
        for (Map.Entry<String, Member> one : inputs.entrySet()) {
            Verdict judged =
                    judge(one.getValue(), signatures.get(one.getKey()), request, secrets, now);
            if (judged instanceof Genuine) {
                return judged;
            }
            if (!(verdict instanceof Stale)) {
                verdict = judged;
            }
        }
        return verdict;
    }

    private Verdict judge(
            Member input,
            @Nullable Member signature,
            SignedRequest request,
            List<Secret> secrets,
            Instant now) {
        if (!(input instanceof InnerList covered)
                || !(signature instanceof Item(Bare.Bytes(String base64), _))) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        Reason refusal = refusal(covered, request);
        if (refusal != null) {
            return new Forged(refusal);
        }
        String base = SignatureBase.of(covered, request);
        byte[] bytes = Encoding.BASE64.decode(base64, algorithm.longest());
        if (base == null) {
            return new Forged(Reason.FIELD_MISSING);
        }
        if (bytes == null || !algorithm.admitsLength(bytes.length)) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        for (int i = 0; i < secrets.size(); i++) {
            Algorithm.Check check = algorithm.check(secrets.get(i), utf8(base));
            if (check != null && check.admits(bytes)) {
                Stale stale = stale(covered, now);
                return stale == null ? new Genuine(i) : stale;
            }
        }
        return new Forged(Reason.MISMATCH);
    }

    /// Why the signature would not be enough even if it were good, or null.
    private @Nullable Reason refusal(InnerList covered, SignedRequest request) {
        Map<String, Bare> parameters = covered.parameters();
        Bare named = parameters.get("alg");
        if (named != null && !named.equals(new Bare.Text(name(algorithm)))) {
            return Reason.ALGORITHM_REFUSED;
        }
        for (String time : List.of("created", "expires")) {
            Bare written = parameters.get(time);
            boolean isNeeded = time.equals("created") && tolerance != null;
            if (written == null ? isNeeded : !(written instanceof Bare.Int(long at) && at >= 0)) {
                return Reason.TIMESTAMP_MALFORMED;
            }
        }
        Set<String> names = new HashSet<>();
        for (Item component : covered.items()) {
            if (component.parameters().isEmpty()
                    && component.value() instanceof Bare.Text(String name)) {
                names.add(name);
            }
        }
        if (!ways.isEmpty() && ways.stream().noneMatch(names::containsAll)) {
            return Reason.NOT_COVERED;
        }
        if (!ways.isEmpty() && request.url().indexOf('?') >= 0 && !coversQuery(names)) {
            return Reason.NOT_COVERED;
        }
        if (!names.contains(DIGEST) || ContentDigest.holds(request)) {
            return null;
        }
        return request.headers().all(DIGEST).stream().allMatch(String::isBlank)
                ? Reason.HEADER_MISSING
                : Reason.BODY_MISMATCH;
    }

    private static boolean coversQuery(Set<String> names) {
        return names.contains("@target-uri")
                || names.contains("@query")
                || names.contains("@request-target");
    }

    private @Nullable Stale stale(InnerList covered, Instant now) {
        long seconds = now.getEpochSecond();
        if (covered.parameters().get("expires") instanceof Bare.Int(long expires)
                && seconds > expires) {
            return new Stale(seconds - expires);
        }
        return tolerance != null
                        && covered.parameters().get("created") instanceof Bare.Int(long created)
                        && Math.abs(seconds - created) > tolerance.toSeconds()
                ? new Stale(seconds - created)
                : null;
    }

    private static List<byte[]> utf8(String text) {
        return List.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Signs the components of the first way, and the query where there is one.
    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        List<String> names = new ArrayList<>(ways.isEmpty() ? List.of() : ways.getFirst());
        if (request.url().indexOf('?') >= 0 && !coversQuery(Set.copyOf(names))) {
            names.add("@query");
        }
        boolean addsDigest =
                names.contains(DIGEST) && request.headers().count(ContentDigest.NAME) == 0;
        Headers added =
                addsDigest
                        ? Headers.of(ContentDigest.NAME, ContentDigest.of(request.body()))
                        : Headers.empty();
        Map<String, Bare> parameters = new LinkedHashMap<>();
        parameters.put("created", new Bare.Int(now.getEpochSecond()));
        parameters.put("alg", new Bare.Text(name(algorithm)));
        parameters.put("nonce", new Bare.Text(messageId));
        InnerList covered =
                new InnerList(
                        names.stream()
                                .map(name -> new Item(new Bare.Text(name), Map.of()))
                                .toList(),
                        parameters);
        String base = SignatureBase.of(covered, request.with(request.headers().with(added)));
        if (base == null) {
            throw new IllegalArgumentException("something that is signed is not there");
        }
        String signature = Encoding.BASE64.encode(algorithm.sign(secret, utf8(base)));
        return added.with(INPUT, LABEL + "=" + covered)
                .with(SIGNATURE, LABEL + "=:" + signature + ":");
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return algorithm.problemWith(secret);
    }

    @Override
    public Optional<String> problemSigningWith(Secret secret) {
        return algorithm.problemSigningWith(secret);
    }
}
