package dev.belay.signature;

import dev.belay.signature.StructuredField.Bare;
import dev.belay.signature.StructuredField.Item;
import dev.belay.signature.StructuredField.Member;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// The header `Content-Digest` (RFC 9530): hashes of the body as it was sent.
final class ContentDigest {
    static final String NAME = "Content-Digest";

    /// Those that are registered as secure; whatever else a sender adds does not count.
    private static final Map<String, Hash> HASHES =
            Map.of("sha-256", Hash.SHA256, "sha-512", Hash.SHA512);

    private ContentDigest() {}

    /// Whether the header is there, with at least one hash that counts, and all of those are the
    /// body's.
    static boolean holds(SignedRequest request) {
        List<String> lines = request.headers().all(NAME);
        Map<String, Member> members = StructuredField.dictionary(String.join(", ", lines));
        if (members == null) {
            return false;
        }
        int counted = 0;
        for (Map.Entry<String, Member> member : members.entrySet()) {
            Hash hash = HASHES.get(member.getKey());
            if (hash == null) {
                continue;
            }
            if (!(member.getValue() instanceof Item(Bare.Bytes(String base64), _))
                    || !MessageDigest.isEqual(
                            hash.of(request.body()), Base64.getDecoder().decode(base64))) {
                return false;
            }
            counted++;
        }
        return counted > 0;
    }

    /// The value for this body.
    static String of(byte[] body) {
        return "sha-256=:" + Encoding.BASE64.encode(Hash.SHA256.of(body)) + ":";
    }
}
