package dev.belay.event;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The exact bytes of an event, from socket to disk to destination. Wraps the array it is given:
/// nobody writes to it afterwards.
public final class Body {
    private static final Body EMPTY = new Body(new byte[0]);
    private final byte[] bytes;

    private Body(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Wraps the array.
    public static Body of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Body(bytes);
    }

    /// The array, shared and not to be written to.
    public byte[] bytes() {
        return bytes;
    }

    /// Length in bytes.
    public int length() {
        return bytes.length;
    }

    /// Whether these bytes stand anywhere in the body.
    public boolean contains(byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    /// The SHA-256 of the bytes, 32 bytes, computed anew at each call.
    public byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Body that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// The length only: a body may hold secrets.
    @Override
    public String toString() {
        return "Body[" + bytes.length + " bytes]";
    }
}
