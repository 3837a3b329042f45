package dev.belay.signature;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The body holds several items, and each carries its own proof (Adyen). Every one of them has to
/// be genuine, and there has to be one.
///
/// @param items JSON pointer to them; `*` stands for each item of an array
/// @param item what is checked of each, as if it were the body
public record EachItemScheme(String items, SigningScheme item) implements Scheme {
    /// More items than any honest sender puts into one body.
    private static final int MAX_ITEMS = 1_000;

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        JsonText.Value root = JsonText.read(request.body());
        List<JsonText.Value> found = root == null ? null : root.each(items);
        if (found == null) {
            return new Verdict.Forged(Verdict.Reason.FIELD_MISSING);
        }
        if (found.size() > MAX_ITEMS) {
            return new Verdict.Forged(Verdict.Reason.TOO_MANY_SIGNATURES);
        }
        Verdict verdict = new Verdict.Forged(Verdict.Reason.FIELD_MISSING);
        for (JsonText.Value value : found) {
            verdict = item.verify(request.with(value.bytes()), secrets, now);
            if (!(verdict instanceof Verdict.Genuine)) {
                return verdict;
            }
        }
        return verdict;
    }

    /// No header at all: see [#signed].
    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return Headers.empty();
    }

    /// Signs a body with one item.
    @Override
    public SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        JsonText.Value root = JsonText.read(request.body());
        List<JsonText.Value> found = root == null ? null : root.each(items);
        if (found == null || found.size() != 1) {
            throw new IllegalArgumentException("only a body with one item can be signed");
        }
        String signature =
                item.signature(request.with(found.getFirst().bytes()), secret, messageId, "");
        return Placement.put(request, new Location.Pointer(items), signature);
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return item.problemWith(secret);
    }
}
