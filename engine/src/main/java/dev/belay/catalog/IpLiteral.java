package dev.belay.catalog;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Reads addresses written out, in exactly one spelling for IPv4 (four decimal numbers without
/// leading zeros) and by RFC 4291 for IPv6. Never resolves a name. The other spellings that some
/// parsers take (`127.1`, `0x7f.1`, `2130706433`) mean different hosts to different parsers, so
/// they are refused.
final class IpLiteral {
    private static final int MAX_V6_LENGTH = 45;

    private IpLiteral() {}

    /// The IPv4 or IPv6 address (without brackets or zone), or null when the text is none.
    static @Nullable InetAddress read(String text) {
        return text.indexOf(':') < 0 ? readV4(text) : readV6(text);
    }

    static @Nullable InetAddress readV4(String text) {
        byte[] bytes = new byte[4];
        int part = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (value < 0 || part == 4) {
                    return null;
                }
                bytes[part++] = (byte) value;
                value = -1;
            } else if (c < '0' || c > '9' || value == 0) {
                return null;
            } else {
                value = Math.max(value, 0) * 10 + (c - '0');
                if (value > 255) {
                    return null;
                }
            }
        }
        return part == 4 ? of(bytes) : null;
    }

    static @Nullable InetAddress readV6(String text) {
        if (text.length() > MAX_V6_LENGTH) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known = c == ':' || c == '.' || (c < 128 && Character.digit(c, 16) >= 0);
            if (!known) {
                return null;
            }
        }
        int dot = text.indexOf('.');
        if (dot >= 0 && readV4(text.substring(text.lastIndexOf(':') + 1)) == null) {
            return null;
        }
        try {
            InetAddress address = Inet6Address.ofLiteral(text);
            // An IPv4-mapped address comes back as IPv4: what was written is not what it means.
            return address instanceof Inet6Address ? address : null;
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }
}
