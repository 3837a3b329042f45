package dev.belay.signature;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// A hash function of the SHA family.
public enum Hash {
    SHA1("SHA-1", 20),
    SHA256("SHA-256", 32),
    SHA384("SHA-384", 48),
    SHA512("SHA-512", 64);

    private final String algorithm;
    private final int length;

    Hash(String algorithm, int length) {
        this.algorithm = algorithm;
        this.length = length;
    }

    /// Length of the result, in bytes.
    int length() {
        return length;
    }

    /// As the JDK's algorithm names have it, such as `SHA256`.
    String compactName() {
        return algorithm.replace("-", "");
    }

    /// The hash of these pieces, one after the other.
    byte[] of(List<byte[]> pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            pieces.forEach(digest::update);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }

    /// The hash of these bytes.
    byte[] of(byte[] bytes) {
        return of(List.of(bytes));
    }
}
