package dev.belay.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What makes two events the same: the first 128 bits of the SHA-256 of source, a zero byte and the
/// external id.
///
/// @param high the first 64 bits
/// @param low the next 64 bits
public record DedupeKey(long high, long low) {
    /// The key of an external id at a source.
    public static DedupeKey of(String source, String externalId) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(source.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            ByteBuffer hash =
                    ByteBuffer.wrap(sha256.digest(externalId.getBytes(StandardCharsets.UTF_8)));
            return new DedupeKey(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
