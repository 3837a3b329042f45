package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The sender shows the secret itself. Proves who sent the request and nothing about its body: use
/// it over TLS only. A token in the query ends up in logs on the way; choose a header where the
/// sender leaves a choice.
///
/// @param place where the token is. A header may also be absent and the token be shown as
///   `Authorization: Bearer …` (RFC 6750). A JSON pointer with `*` demands it of every item
public record TokenScheme(Location place) implements Scheme {
    private static final String BEARER = "Bearer ";

    /// The token in this header, or as bearer.
    public static TokenScheme inHeader(String name) {
        return new TokenScheme(new Location.Header(name));
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        List<byte[]> shown = new ArrayList<>(1);
        Verdict.Reason problem = find(request, shown);
        if (problem != null) {
            return new Verdict.Forged(problem);
        }
        for (int i = 0; i < secrets.size(); i++) {
            byte[] secret = secrets.get(i).reveal().getBytes(StandardCharsets.UTF_8);
            boolean all = true;
            for (byte[] token : shown) {
                // The time isEqual takes depends on its first argument only: on what the sender
                // knows.
                all &= MessageDigest.isEqual(token, secret);
            }
            if (all) {
                return new Verdict.Genuine(i);
            }
        }
        return new Verdict.Forged(Verdict.Reason.MISMATCH);
    }

    private Verdict.@Nullable Reason find(SignedRequest request, List<byte[]> shown) {
        switch (place) {
            case Location.Header(String name) -> {
                HeaderName.Found token = HeaderName.of(name).in(request.headers());
                boolean isAuthorization = name.equalsIgnoreCase("Authorization");
                if (token.problem() == Verdict.Reason.HEADER_MISSING && !isAuthorization) {
                    token = Authorization.in(request.headers(), BEARER);
                }
                if (token.problem() != null) {
                    return token.problem();
                }
                String text = token.text();
                // Some senders put the bare token into Authorization, others call it a bearer's.
                boolean isBearer = isAuthorization && text.regionMatches(true, 0, BEARER, 0, 7);
                shown.add(utf8(isBearer ? text.substring(7).strip() : text));
            }
            case Location.Pointer(String pointer) -> {
                JsonText.Value root = JsonText.read(request.body());
                List<JsonText.Value> items = root == null ? null : root.each(pointer);
                if (items == null) {
                    return Verdict.Reason.FIELD_MISSING;
                }
                for (JsonText.Value item : items) {
                    String token = item.scalar("");
                    if (token == null) {
                        return Verdict.Reason.FIELD_MISSING;
                    }
                    shown.add(utf8(token));
                }
            }
            case Location.Query _, Location.FormField _, Location.Joined _ -> {
                String token = new Parsed(request).find(place);
                if (token == null || token.isEmpty()) {
                    return Verdict.Reason.FIELD_MISSING;
                }
                shown.add(utf8(token));
            }
        }
        return null;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return place instanceof Location.Header(String name)
                ? Headers.of(name, secret.reveal())
                : Headers.empty();
    }

    @Override
    public SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        return Placement.put(request, place, secret.reveal());
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return secret.reveal().chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')
                ? Optional.empty()
                : Optional.of("a token must be visible ASCII without blanks and quotes");
    }
}
