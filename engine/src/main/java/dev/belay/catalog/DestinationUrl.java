package dev.belay.catalog;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A destination's URL, read once and in one way, so that what was checked is what is connected to.
/// The same reading serves the configuration, the API and every attempt.
///
/// @param secure whether it is `https`
/// @param host a name in lower case or an address as written, without brackets
/// @param literal the address where the host is one, else null
/// @param port 1 to 65535
/// @param hostHeader the value of the `Host` header
/// @param target raw path and query, as sent in the request line
public record DestinationUrl(
        boolean secure,
        String host,
        @Nullable InetAddress literal,
        int port,
        String hostHeader,
        String target) {
    /// Longest URL, in characters.
    public static final int MAX_LENGTH = 2_048;

    private static final int MAX_HOST_LENGTH = 253;
    private static final int MAX_LABEL_LENGTH = 63;

    /// What is wrong with the URL of a destination that has these ranges, in words; nothing when it
    /// is fine. Never resolves a name: where names lead is checked at each attempt.
    public static Optional<String> problemWith(String url, List<AllowedRange> allowed) {
        try {
            DestinationUrl read = read(url);
            InetAddress literal = read.literal;
            if (literal != null && !AddressClass.admits(literal, allowed)) {
                return Optional.of(blocked(read.host, AddressClass.of(literal)));
            }
            if (read.isLocalhost() && read.localhostAddresses(allowed).isEmpty()) {
                return Optional.of(blocked(read.host, AddressClass.LOOPBACK));
            }
            return Optional.empty();
        } catch (BadUrl bad) {
            return Optional.of(bad.problem);
        }
    }

    /// Same as [#problemWith(String, List)].
    public static Optional<String> problemWith(URI url, List<AllowedRange> allowed) {
        return problemWith(url.toString(), allowed);
    }

    /// Reads a URL that was found to be fine.
    ///
    /// @throws IllegalArgumentException when it is not, with the problem as message
    public static DestinationUrl of(URI url) {
        try {
            return read(url.toString());
        } catch (BadUrl bad) {
            throw new IllegalArgumentException(bad.problem, bad);
        }
    }

    /// Whether the host is `localhost` or a name under it, which no resolver is asked for (RFC
    /// 6761, section 6.3).
    public boolean isLocalhost() {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    /// Those of `127.0.0.1` and `::1` that the ranges admit: what `localhost` means.
    public List<InetAddress> localhostAddresses(List<AllowedRange> allowed) {
        byte[] six = new byte[16];
        six[15] = 1;
        return List.of(IpLiteral.of(new byte[] {127, 0, 0, 1}), IpLiteral.of(six)).stream()
                .filter(address -> AddressClass.admits(address, allowed))
                .toList();
    }

    private static String blocked(String host, AddressClass kind) {
        return "%s is a %s address; only an allow-private range that names it opens it"
                .formatted(host, kind.words());
    }

    private static DestinationUrl read(String text) throws BadUrl {
        checkCharacters(text);
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new BadUrl("is not a URL: " + e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (!secure && !scheme.equals("http")) {
            throw new BadUrl("must begin with http:// or https://");
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw new BadUrl("names no host");
        }
        if (authority.indexOf('@') >= 0) {
            throw new BadUrl("must not hold a user or password; use a header");
        }
        if (uri.getRawFragment() != null) {
            throw new BadUrl("must not have a fragment (#)");
        }
        int portAt = portColon(authority);
        String hostText = portAt < 0 ? authority : authority.substring(0, portAt);
        int port = portAt < 0 ? (secure ? 443 : 80) : port(authority, portAt + 1);
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        String host = hostText.toLowerCase(Locale.ROOT);
        boolean usualPort = port == (secure ? 443 : 80);
        String hostHeader = usualPort ? host : host + ":" + port;
        if (host.startsWith("[")) {
            String inner = host.substring(1, host.length() - 1);
            InetAddress literal = IpLiteral.readV6(inner);
            if (literal == null) {
                throw new BadUrl(
                        "holds an IPv6 address that is malformed, has a zone, or stands for an IPv4"
                                + " address");
            }
            return new DestinationUrl(secure, inner, literal, port, hostHeader, target);
        }
        return new DestinationUrl(secure, host, v4OrName(host), port, hostHeader, target);
    }

    private static void checkCharacters(String text) throws BadUrl {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new BadUrl("must have 1 to " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 127) {
                throw new BadUrl("must not hold spaces or control characters");
            }
            if (c > 127) {
                throw new BadUrl(
                        "must be written in ASCII: an international name as xn--…, the rest"
                                + " percent-encoded");
            }
            if (c == '\\') {
                throw new BadUrl("must not hold a backslash");
            }
        }
    }

    /// Where the port begins, or -1 when there is none.
    private static int portColon(String authority) throws BadUrl {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            if (end < 0) {
                throw new BadUrl("holds an unclosed [");
            }
            if (end + 1 == authority.length()) {
                return -1;
            }
            if (authority.charAt(end + 1) != ':') {
                throw new BadUrl("holds something after the address that is no port");
            }
            return end + 1;
        }
        return authority.indexOf(':');
    }

    private static int port(String authority, int from) throws BadUrl {
        int value = 0;
        int length = authority.length() - from;
        for (int i = from; i < authority.length() && length <= 5; i++) {
            char c = authority.charAt(i);
            value = c < '0' || c > '9' ? Integer.MIN_VALUE / 16 : value * 10 + (c - '0');
        }
        if (length < 1 || length > 5 || value < 1 || value > 65_535) {
            throw new BadUrl("must have a port of 1 to 65535, or none");
        }
        return value;
    }

    private static @Nullable InetAddress v4OrName(String host) throws BadUrl {
        if (host.isEmpty()) {
            throw new BadUrl("names no host");
        }
        if (host.endsWith(".")) {
            throw new BadUrl("must not have a dot after the host");
        }
        if (host.length() > MAX_HOST_LENGTH) {
            throw new BadUrl("has a host of more than " + MAX_HOST_LENGTH + " characters");
        }
        int from = 0;
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', from)) {
            checkLabel(host.substring(from, dot));
            from = dot + 1;
        }
        checkLabel(host.substring(from));
        // A host whose last label is a number is an address to some parsers (WHATWG URL, 3.5).
        String last = host.substring(from);
        if (last.charAt(0) < '0' || last.charAt(0) > '9' || !isNumber(last)) {
            return null;
        }
        InetAddress address = IpLiteral.readV4(host);
        if (address == null) {
            throw new BadUrl("must write an IPv4 address as four decimal numbers");
        }
        return address;
    }

    private static void checkLabel(String label) throws BadUrl {
        if (label.isEmpty() || label.length() > MAX_LABEL_LENGTH) {
            throw new BadUrl("has a host with an empty or overlong part");
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean inner = i > 0 && i < label.length() - 1;
            if (!letterOrDigit && c != '_' && !(c == '-' && inner)) {
                throw new BadUrl("has a host that is no name: letters, digits, - and _ only");
            }
        }
    }

    private static boolean isNumber(String label) {
        boolean hex = label.startsWith("0x");
        for (int i = hex ? 2 : 0; i < label.length(); i++) {
            if (Character.digit(label.charAt(i), hex ? 16 : 10) < 0) {
                return false;
            }
        }
        return true;
    }

    private static final class BadUrl extends Exception {
        private static final long serialVersionUID = 1L;
        private final String problem;

        BadUrl(String problem) {
            super(problem, null, false, false);
            this.problem = problem;
        }
    }
}
