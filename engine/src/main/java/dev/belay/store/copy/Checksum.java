package dev.belay.store.copy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the rows of a table add up to.
///
/// @param rows how many
/// @param digest the first 64 bits of SHA-256 over all values in order, in hexadecimal digits
public record Checksum(long rows, String digest) {
    private static final int DIGITS = 16;

    /// Adds up as rows go by.
    static final class Sum {
        private final MessageDigest digest;
        private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        private long rows;

        Sum() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        void add(List<Row> more) {
            for (Row row : more) {
                for (Object value : row.values()) {
                    add(value);
                }
            }
            rows += more.size();
        }

        private void add(@Nullable Object value) {
            switch (value) {
                case null -> digest.update((byte) 0);
                case Long whole -> {
                    digest.update((byte) 1);
                    number(whole);
                }
                case byte[] bytes -> {
                    digest.update((byte) 2);
                    number(bytes.length);
                    digest.update(bytes);
                }
                default -> {
                    byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
                    digest.update((byte) 3);
                    number(utf8.length);
                    digest.update(utf8);
                }
            }
        }

        private void number(long whole) {
            digest.update(number.putLong(0, whole).array());
        }

        long rows() {
            return rows;
        }

        Checksum done() {
            return new Checksum(
                    rows, HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS));
        }
    }
}
