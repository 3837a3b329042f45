package dev.belay.catalog;

import java.net.InetAddress;
import java.util.Optional;

/// A range of addresses, in CIDR notation, that the operator lets a destination lie in although it
/// is not on the public internet.
///
/// @param network the lowest address of the range
/// @param prefixLength bits that count, 0 to 32 or 0 to 128
public record AllowedRange(InetAddress network, int prefixLength) {
    /// Reads `10.0.0.0/8`, `127.0.0.1` (meaning `/32`) or `fd00::/8`. Nothing when the text is no
    /// range or has bits set beyond the prefix. Never resolves a name.
    public static Optional<AllowedRange> parse(String text) {
        return Optional.empty();
    }

    /// Whether the address lies in the range.
    public boolean contains(InetAddress address) {
        return network.equals(address);
    }
}
