package dev.belay.signature;

import dev.belay.signature.StructuredField.Bare;
import dev.belay.signature.StructuredField.InnerList;
import dev.belay.signature.StructuredField.Item;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The text that a message signature signs (RFC 9421, section 2.5): a line for each component that
/// it covers, and one for the signature's own parameters.
///
/// What is derived from the URL comes from the one that the sender was given, never from `Host`.
final class SignatureBase {
    private SignatureBase() {}

    /// The text, or null where the request lacks a component, or one is of a kind that is not known
    /// here: of a response, a trailer, or re-serialized (`sf`, `key`, `bs`).
    static @Nullable String of(InnerList signature, SignedRequest request) {
        StringBuilder base = new StringBuilder();
        Set<String> seen = new HashSet<>();
        for (Item component : signature.items()) {
            String value = value(component, request);
            if (value == null || !seen.add(component.toString()) || value.indexOf('\n') >= 0) {
                return null;
            }
            base.append(component).append(": ").append(value).append('\n');
        }
        return base.append("\"@signature-params\": ").append(signature).toString();
    }

    private static @Nullable String value(Item component, SignedRequest request) {
        if (!(component.value() instanceof Bare.Text(String name))) {
            return null;
        }
        if (name.equals("@query-param")) {
            return component.parameters().size() == 1
                            && component.parameters().get("name") instanceof Bare.Text(String of)
                    ? queryParameter(of, request)
                    : null;
        }
        if (!component.parameters().isEmpty()) {
            return null;
        }
        return name.startsWith("@") ? derived(name, request) : field(name, request);
    }

    private static @Nullable String derived(String name, SignedRequest request) {
        if (name.equals("@method")) {
            return request.method();
        }
        Target target = Target.of(request.url());
        if (target == null) {
            return null;
        }
        return switch (name) {
            case "@target-uri" -> request.url();
            case "@scheme" -> target.scheme();
            case "@authority" -> target.authority();
            case "@path" -> target.path();
            case "@query" -> "?" + target.query();
            case "@request-target" ->
                    target.path() + (target.hasQuery() ? "?" + target.query() : "");
            default -> null;
        };
    }

    /// Every line with this name, without the blanks around it, commas between.
    private static @Nullable String field(String name, SignedRequest request) {
        List<String> lines = request.headers().all(name);
        boolean isName = HeaderName.isToken(name) && name.equals(name.toLowerCase(Locale.ROOT));
        return lines.isEmpty() || !isName
                ? null
                : lines.stream().map(String::strip).collect(Collectors.joining(", "));
    }

    /// Decoded, and encoded in the one way of section 2.2.8; a name that occurs twice has no value.
    private static @Nullable String queryParameter(String name, SignedRequest request) {
        List<FormText.Field> decoded =
                FormText.read((name + "=").getBytes(StandardCharsets.US_ASCII));
        String value =
                decoded.size() == 1
                        ? FormText.only(FormText.ofQuery(request.url()), decoded.getFirst().name())
                        : null;
        return value == null
                ? null
                : URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// The parts of a URL, as it is written.
    ///
    /// @param authority in lower case, without the scheme's own port
    /// @param query without the question mark
    record Target(String scheme, String authority, String path, String query, boolean hasQuery) {
        private static final Map<String, String> OWN_PORTS = Map.of("https", ":443", "http", ":80");

        static @Nullable Target of(String url) {
            int colon = url.indexOf("://");
            if (colon < 0) {
                return null;
            }
            String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
            int mark = url.indexOf('?');
            String before = mark < 0 ? url : url.substring(0, mark);
            int slash = before.indexOf('/', colon + 3);
            String authority =
                    (slash < 0 ? before.substring(colon + 3) : before.substring(colon + 3, slash))
                            .toLowerCase(Locale.ROOT);
            String port = OWN_PORTS.getOrDefault(scheme, ":");
            return new Target(
                    scheme,
                    authority.endsWith(port)
                            ? authority.substring(0, authority.length() - port.length())
                            : authority,
                    slash < 0 ? "/" : before.substring(slash),
                    mark < 0 ? "" : url.substring(mark + 1),
                    mark >= 0);
        }
    }
}
