package dev.belay.catalog;

import java.net.InetAddress;
import java.util.Optional;

/// A range of addresses, in CIDR notation, that the operator lets a destination lie in although it
/// is not on the public internet.
///
/// @param network the lowest address of the range
/// @param prefixLength bits that count, 0 to 32 or 0 to 128
public record AllowedRange(InetAddress network, int prefixLength) {
    public AllowedRange {
        byte[] bytes = network.getAddress();
        if (prefixLength < 0 || prefixLength > bytes.length * 8) {
            throw new IllegalArgumentException("prefix length out of range: " + prefixLength);
        }
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            if ((bytes[bit >> 3] >> (7 - (bit & 7)) & 1) != 0) {
                throw new IllegalArgumentException("bits are set beyond the prefix");
            }
        }
    }

    /// Reads `10.0.0.0/8`, `127.0.0.1` (meaning `/32`) or `fd00::/8`. Nothing when the text is no
    /// range or has bits set beyond the prefix. Never resolves a name.
    public static Optional<AllowedRange> parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = IpLiteral.read(slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            return Optional.empty();
        }
        int bits = network.getAddress().length * 8;
        int prefix = slash < 0 ? bits : prefix(text, slash + 1);
        if (prefix < 0 || prefix > bits) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AllowedRange(network, prefix));
        } catch (IllegalArgumentException bitsBeyondPrefix) {
            return Optional.empty();
        }
    }

    /// Whether the address lies in the range. An IPv4 range holds no IPv6 address, and the other
    /// way round.
    public boolean contains(InetAddress address) {
        return samePrefix(network.getAddress(), address.getAddress(), prefixLength);
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    static boolean samePrefix(byte[] one, byte[] other, int bits) {
        if (one.length != other.length) {
            return false;
        }
        int whole = bits >> 3;
        for (int i = 0; i < whole; i++) {
            if (one[i] != other[i]) {
                return false;
            }
        }
        int rest = bits & 7;
        return rest == 0 || ((one[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0;
    }

    private static int prefix(String text, int from) {
        int length = text.length() - from;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
