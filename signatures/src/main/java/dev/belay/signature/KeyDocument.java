package dev.belay.signature;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was found at a [KeyPlace], read strictly. Keys of a kind that nobody here uses are left
/// out, and so is an id that two keys share.
///
/// @param keys all that can be used
/// @param named those with an id
/// @param validUntil when all of it is over, whatever its publisher said about keeping it
public record KeyDocument(List<PublicKey> keys, Map<String, PublicKey> named, Instant validUntil) {
    private static final int MAX_KEYS = 100;
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    public KeyDocument {
        keys = List.copyOf(keys);
        named = Map.copyOf(named);
    }

    /// The keys with this id; all of them where it is empty. May be none.
    public List<PublicKey> keys(String keyId) {
        if (keyId.isEmpty()) {
            return keys;
        }
        PublicKey key = named.get(keyId);
        return key == null ? List.of() : List.of(key);
    }

    /// Reads one, or returns null where it is none.
    ///
    /// @param keyId what was asked for, where the answer is one key
    /// @param now against which a certificate's validity is held
    public static @Nullable KeyDocument read(
            KeyPlace.Form form, byte[] bytes, String keyId, Instant now) {
        if (form == KeyPlace.Form.CERTIFICATE) {
            return certificate(bytes, now);
        }
        JsonText.Value root = JsonText.read(bytes);
        if (root == null) {
            return null;
        }
        return switch (form) {
            case JWKS -> list(root.at("/keys"), "/kid");
            case KEY_LIST -> list(root.at("/public_keys"), "/key_identifier");
            case PLAID, CERTIFICATE -> single(root.at("/key"), keyId);
        };
    }

    private static @Nullable KeyDocument list(JsonText.@Nullable Value array, String idPointer) {
        if (array == null
                || !(array.shape() instanceof JsonText.Shape.Items(List<JsonText.Value> items))
                || items.size() > MAX_KEYS) {
            return null;
        }
        List<PublicKey> keys = new ArrayList<>();
        Map<String, PublicKey> named = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (JsonText.Value item : items) {
            String id = item.scalar(idPointer);
            PublicKey key = key(item);
            boolean isShared = id != null && !seen.add(id);
            if (isShared) {
                named.remove(id);
            }
            if (key == null) {
                continue;
            }
            keys.add(key);
            if (id != null && !isShared) {
                named.put(id, key);
            }
        }
        return new KeyDocument(keys, named, Instant.MAX);
    }

    private static @Nullable KeyDocument single(JsonText.@Nullable Value item, String keyId) {
        if (item == null || !keyId.equals(item.scalar("/kid"))) {
            return null;
        }
        PublicKey key = item.scalar("/expired_at") == null ? key(item) : null;
        return key == null
                ? new KeyDocument(List.of(), Map.of(), Instant.MAX)
                : new KeyDocument(List.of(key), Map.of(keyId, key), Instant.MAX);
    }

    private static @Nullable PublicKey key(JsonText.Value item) {
        String pem = item.scalar("/key");
        if (pem == null) {
            return JsonWebKey.read(item);
        }
        for (KeyKind kind : List.of(KeyKind.ECDSA_P256, KeyKind.RSA_SHA256, KeyKind.ED25519)) {
            PublicKey key = pem.isBlank() ? null : KeyTexts.publicKey(kind, false, Secret.of(pem));
            if (key != null) {
                return key;
            }
        }
        return null;
    }

    private static @Nullable KeyDocument certificate(byte[] bytes, Instant now) {
        String text = new String(bytes, StandardCharsets.US_ASCII).strip();
        int end = text.indexOf(END);
        if (!text.startsWith(BEGIN) || end < 0) {
            return null;
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(BEGIN.length(), end));
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(der));
            Instant until = certificate.getNotAfter().toInstant();
            if (now.isBefore(certificate.getNotBefore().toInstant()) || now.isAfter(until)) {
                return new KeyDocument(List.of(), Map.of(), until);
            }
            return new KeyDocument(List.of(certificate.getPublicKey()), Map.of(), until);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }
}
