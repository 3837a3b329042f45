package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What makes a signature of a content, and what tells whether one is genuine. Which one it is
/// comes from the catalogue, never from the request.
public sealed interface Algorithm {
    /// HMAC (RFC 2104) under a shared key.
    ///
    /// @param hash the hash inside
    /// @param form how the text of a secret becomes the key
    record Hmac(Hash hash, SecretForm form) implements Algorithm {}

    /// A plain hash of the secret's text followed by the content. Old, and weaker than HMAC:
    /// whoever knows one hash can make that of a longer content.
    record PrefixedHash(Hash hash) implements Algorithm {}

    /// A signature with a private key, checked with the public one.
    ///
    /// @param kind which algorithm
    /// @param marked whether only keys marked `whpk_` and `whsk_` are taken
    record KeyPair(KeyKind kind, boolean marked) implements Algorithm {}

    /// Tells genuine signatures of one content from others.
    interface Check {
        /// Whether this is a signature of the content. Never throws; compares in constant time.
        boolean admits(byte[] signature);
    }

    /// The check of this content under this secret, or null when the secret cannot serve.
    default @Nullable Check check(Secret secret, List<byte[]> content) {
        if (this instanceof KeyPair(KeyKind kind, boolean marked)) {
            PublicKey key = KeyTexts.publicKey(kind, marked, secret);
            return key == null ? null : signature -> isSignedBy(kind, key, content, signature);
        }
        byte[] expected = shared(secret, content);
        return expected == null ? null : signature -> MessageDigest.isEqual(expected, signature);
    }

    /// The signature of this content.
    ///
    /// @throws IllegalArgumentException if the secret cannot sign; for [KeyPair] it has to be the
    ///   private key
    default byte[] sign(Secret secret, List<byte[]> content) {
        byte[] signature =
                this instanceof KeyPair(KeyKind kind, boolean marked)
                        ? signed(kind, KeyTexts.privateKey(kind, marked, secret), content)
                        : shared(secret, content);
        if (signature == null) {
            throw new IllegalArgumentException(
                    problemSigningWith(secret).orElse("unusable secret"));
        }
        return signature;
    }

    /// Why this secret cannot verify, or nothing when it can. Never contains the secret.
    default Optional<String> problemWith(Secret secret) {
        return switch (this) {
            case Hmac(_, SecretForm form) -> form.problemWith(secret);
            case PrefixedHash _ -> SecretForm.UTF8.problemWith(secret);
            case KeyPair(KeyKind kind, boolean marked) ->
                    KeyTexts.publicKey(kind, marked, secret) != null
                            ? Optional.empty()
                            : Optional.of(
                                    marked
                                            ? "the key is no Ed25519 key after whpk_"
                                            : "the secret must be the public key: " + kind.form());
        };
    }

    /// Why this secret cannot sign, or nothing when it can. Never contains the secret.
    default Optional<String> problemSigningWith(Secret secret) {
        return this instanceof KeyPair(KeyKind kind, boolean marked)
                ? KeyTexts.privateKey(kind, marked, secret) != null
                        ? Optional.empty()
                        : Optional.of("signing takes the private key: PEM, or whsk_ for Ed25519")
                : problemWith(secret);
    }

    /// Whether a signature can have this many bytes.
    default boolean admitsLength(int length) {
        return switch (this) {
            case Hmac(Hash hash, _) -> length == hash.length();
            case PrefixedHash(Hash hash) -> length == hash.length();
            case KeyPair(KeyKind kind, _) -> length >= kind.shortest() && length <= kind.longest();
        };
    }

    /// The most bytes a signature can have.
    default int longest() {
        return switch (this) {
            case Hmac(Hash hash, _) -> hash.length();
            case PrefixedHash(Hash hash) -> hash.length();
            case KeyPair(KeyKind kind, _) -> kind.longest();
        };
    }

    private byte @Nullable [] shared(Secret secret, List<byte[]> content) {
        return switch (this) {
            case Hmac(Hash hash, SecretForm form) -> {
                byte[] key = form.key(secret);
                yield key == null ? null : mac(hash, key, content);
            }
            case PrefixedHash(Hash hash) -> {
                List<byte[]> pieces = new ArrayList<>(content.size() + 1);
                pieces.add(secret.reveal().getBytes(StandardCharsets.UTF_8));
                pieces.addAll(content);
                yield hash.of(pieces);
            }
            case KeyPair _ -> null;
        };
    }

    // A new Mac for each call: look-up and key set-up together take about a microsecond, which is
    // less than sharing or pooling them would be worth.
    private static byte[] mac(Hash hash, byte[] key, List<byte[]> content) {
        String name = "Hmac" + hash.compactName();
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key, name));
            content.forEach(mac::update);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + name, e);
        }
    }

    private static boolean isSignedBy(
            KeyKind kind, PublicKey key, List<byte[]> content, byte[] signature) {
        try {
            Signature verifier = kind.engine();
            verifier.initVerify(key);
            for (byte[] piece : content) {
                verifier.update(piece);
            }
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException malformed) {
            // The JDK throws for a signature of the wrong length or shape: it is no signature.
            return false;
        }
    }

    private static byte @Nullable [] signed(
            KeyKind kind, @Nullable PrivateKey key, List<byte[]> content) {
        if (key == null) {
            return null;
        }
        try {
            Signature signer = kind.engine();
            signer.initSign(key);
            for (byte[] piece : content) {
                signer.update(piece);
            }
            return signer.sign();
        } catch (GeneralSecurityException e) {
            return null;
        }
    }
}
