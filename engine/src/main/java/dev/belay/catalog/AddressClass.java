package dev.belay.catalog;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// What kind of place an address is. Only [#PUBLIC] is open to every destination; the tables follow
/// the IANA special-purpose registries (RFC 6890 and updates). What is not known to be public is
/// not: of IPv6 only `2000::/3` without its special parts.
///
/// `InetAddress.isLoopbackAddress()` and its kin are no substitute: they know nothing of unique
/// local addresses, shared address space, NAT64, 6to4 and Teredo.
public enum AddressClass {
    /// Reachable for everybody.
    PUBLIC("public"),
    /// "This host": connecting to it reaches the gateway's own machine.
    UNSPECIFIED("unspecified"),
    /// The gateway's own machine.
    LOOPBACK("loopback"),
    /// Private networks, unique local and site-local addresses.
    PRIVATE("private"),
    /// Shared address space of carriers, `100.64.0.0/10`.
    SHARED("carrier-shared"),
    /// The gateway's own link.
    LINK_LOCAL("link-local"),
    /// Where clouds hand out credentials: `169.254.169.254`, `168.63.129.16`, `100.100.100.200`,
    /// `fd00:ec2::254`.
    METADATA("cloud metadata"),
    /// IPv6 forms that stand for an IPv4 address: compatible, NAT64, 6to4, Teredo; and the IPv4
    /// relay range of 6to4. (The JDK turns a mapped address into the IPv4 address it stands for,
    /// which is then classified as such; where it does not, it falls under [#RESERVED].)
    TRANSLATED("IPv4-in-IPv6"),
    /// Reserved for documentation.
    DOCUMENTATION("documentation"),
    /// Multicast and broadcast.
    MULTICAST("multicast"),
    /// Everything else that is not public.
    RESERVED("reserved");

    private record Block(InetAddress network, int prefix, AddressClass kind) {
        boolean contains(InetAddress address) {
            return AllowedRange.samePrefix(network.getAddress(), address.getAddress(), prefix);
        }
    }

    /// First match decides; the last block of each family holds everything.
    private static final List<Block> V4 =
            List.of(
                    block("169.254.169.254", 32, METADATA),
                    block("168.63.129.16", 32, METADATA),
                    block("100.100.100.200", 32, METADATA),
                    block("0.0.0.0", 8, UNSPECIFIED),
                    block("10.0.0.0", 8, PRIVATE),
                    block("100.64.0.0", 10, SHARED),
                    block("127.0.0.0", 8, LOOPBACK),
                    block("169.254.0.0", 16, LINK_LOCAL),
                    block("172.16.0.0", 12, PRIVATE),
                    block("192.0.0.0", 24, RESERVED),
                    block("192.0.2.0", 24, DOCUMENTATION),
                    block("192.88.99.0", 24, TRANSLATED),
                    block("192.168.0.0", 16, PRIVATE),
                    block("198.18.0.0", 15, RESERVED),
                    block("198.51.100.0", 24, DOCUMENTATION),
                    block("203.0.113.0", 24, DOCUMENTATION),
                    block("224.0.0.0", 4, MULTICAST),
                    block("240.0.0.0", 4, RESERVED),
                    block("0.0.0.0", 0, PUBLIC));

    private static final List<Block> V6 =
            List.of(
                    block("fd00:ec2::254", 128, METADATA),
                    block("::", 128, UNSPECIFIED),
                    block("::1", 128, LOOPBACK),
                    block("::", 96, TRANSLATED),
                    block("64:ff9b::", 96, TRANSLATED),
                    block("64:ff9b:1::", 48, TRANSLATED),
                    block("2001::", 32, TRANSLATED),
                    block("2002::", 16, TRANSLATED),
                    block("2001::", 23, RESERVED),
                    block("2001:db8::", 32, DOCUMENTATION),
                    block("3fff::", 20, DOCUMENTATION),
                    block("2000::", 3, PUBLIC),
                    block("fc00::", 7, PRIVATE),
                    block("fe80::", 10, LINK_LOCAL),
                    block("fec0::", 10, PRIVATE),
                    block("ff00::", 8, MULTICAST),
                    block("::", 0, RESERVED));

    private final String words;

    AddressClass(String words) {
        this.words = words;
    }

    /// The class of an address.
    public static AddressClass of(InetAddress address) {
        return blockOf(address).kind();
    }

    /// Whether a destination with these ranges may be at the address. Public ones always; others
    /// where a range holds them. Link-local and translated addresses need a range that lies wholly
    /// within that space, and a metadata address must be listed by itself, so that a broad range
    /// (`0.0.0.0/0`) never opens them by accident.
    public static boolean admits(InetAddress address, List<AllowedRange> allowed) {
        Block block = blockOf(address);
        if (block.kind() == PUBLIC) {
            return true;
        }
        for (AllowedRange range : allowed) {
            if (range.contains(address) && names(range, block)) {
                return true;
            }
        }
        return false;
    }

    /// In words, such as `link-local`.
    public String words() {
        return words;
    }

    /// The word for logs and the API, such as `link_local`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean names(AllowedRange range, Block block) {
        return switch (block.kind()) {
            case METADATA, LINK_LOCAL, TRANSLATED -> range.prefixLength() >= block.prefix();
            case PUBLIC,
                    UNSPECIFIED,
                    LOOPBACK,
                    PRIVATE,
                    SHARED,
                    DOCUMENTATION,
                    MULTICAST,
                    RESERVED ->
                    true;
        };
    }

    private static Block blockOf(InetAddress address) {
        for (Block block : address.getAddress().length == 4 ? V4 : V6) {
            if (block.contains(address)) {
                return block;
            }
        }
        throw new AssertionError("the last block holds everything");
    }

    private static Block block(String network, int prefix, AddressClass kind) {
        return new Block(Objects.requireNonNull(IpLiteral.read(network)), prefix, kind);
    }
}
