package dev.belay.signature;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The hosts that a URL inside a request may lead to.
///
/// @param hosts in lower case; `*` stands for exactly one label, as in `sns.*.amazonaws.com`
/// @param suffix what the path has to end with; may be empty
public record HostPin(List<String> hosts, String suffix) {
    private static final int MAX_LENGTH = 1_024;

    /// @throws IllegalArgumentException if a host would let in names of somebody else's
    public HostPin {
        hosts = List.copyOf(hosts);
        for (String host : hosts) {
            int last = host.lastIndexOf('.');
            int owner = host.lastIndexOf('.', last - 1);
            if (owner < 0 || host.indexOf('*', owner) >= 0) {
                throw new IllegalArgumentException("pins nothing: " + host);
            }
        }
    }

    /// The URL, where it is plain `https` to one of the hosts: the default port, no user, no
    /// fragment, nothing in the path that could be read in two ways. Else null.
    ///
    /// @param mayHaveQuery whether a query is fine
    @Nullable URI admitted(@Nullable String text, boolean mayHaveQuery) {
        if (text == null
                || text.length() > MAX_LENGTH
                || !text.startsWith("https://")
                || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return null;
        }
        try {
            URI url = new URI(text);
            String path = url.getRawPath();
            boolean isPlain =
                    url.getHost() != null
                            && url.getRawAuthority().equals(url.getHost())
                            && url.getRawFragment() == null
                            && (mayHaveQuery || url.getRawQuery() == null)
                            && path != null
                            && path.startsWith("/")
                            && !path.contains("..")
                            && path.indexOf('%') < 0
                            && path.endsWith(suffix);
            return isPlain && hosts.stream().anyMatch(host -> isHost(url.getHost(), host))
                    ? url
                    : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isHost(String shown, String pattern) {
        String host = shown.toLowerCase(Locale.ROOT);
        int star = pattern.indexOf('*');
        if (star < 0) {
            return host.equals(pattern);
        }
        String before = pattern.substring(0, star);
        String after = pattern.substring(star + 1);
        if (host.length() <= before.length() + after.length()
                || !host.startsWith(before)
                || !host.endsWith(after)) {
            return false;
        }
        return host.substring(before.length(), host.length() - after.length())
                .chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }
}
