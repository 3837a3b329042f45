package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is probably wrong with a request that was rejected: the mistakes that are made again and
/// again, each tried on it. For operators who look at rejected requests, and only for them: a
/// sender must learn none of it.
public final class Diagnosis {
    /// A timestamp that is further from the present than this counts in another unit.
    private static final long OTHER_UNIT_SECONDS = 20L * 365 * 86_400;

    private final Scheme scheme;
    private final SignedRequest request;
    private final List<Secret> secrets;
    private final Instant at;

    private Diagnosis(Scheme scheme, SignedRequest request, List<Secret> secrets, Instant at) {
        this.scheme = scheme;
        this.request = request;
        this.secrets = secrets;
        this.at = at;
    }

    /// Hints for the operator, the likeliest first. Never contains a secret.
    ///
    /// @param secrets those of the source
    /// @param at when it arrived, by the wall clock
    public static List<String> of(
            Scheme scheme, SignedRequest request, List<Secret> secrets, Instant at) {
        return new Diagnosis(scheme, request, secrets, at).hints();
    }

    private List<String> hints() {
        return switch (scheme.verify(request, secrets, at)) {
            case Verdict.Genuine _ ->
                    List.of("the signature is genuine by the secrets of today: they were changed");
            case Verdict.Stale(long age) -> List.of(aboutTime(age));
            case Verdict.Forged(Verdict.Reason reason) ->
                    switch (reason) {
                        case HEADER_MISSING, FIELD_MISSING, CLAIM_MISSING ->
                                List.of(
                                        "something that every signed request has is not there: is a"
                                                + " secret set at the sender, and is this the scheme"
                                                + " it uses?");
                        case KEY_UNKNOWN ->
                                List.of(
                                        "the sender used a key that none of the secrets belongs"
                                                + " to: was one rotated?");
                        default -> tried();
                    };
        };
    }

    private String aboutTime(long age) {
        if (-age > OTHER_UNIT_SECONDS) {
            return "the signature is genuine, but the timestamp is in milliseconds where the scheme"
                    + " counts seconds";
        }
        if (age > OTHER_UNIT_SECONDS) {
            return "the signature is genuine, but the timestamp is in seconds where the scheme"
                    + " counts milliseconds";
        }
        return "the signature is genuine, but the timestamp is %d s %s: a clock is off, or the request was held up or sent again"
                .formatted(Math.abs(age), age >= 0 ? "old" : "ahead");
    }

    private List<String> tried() {
        List<String> hints = new ArrayList<>();
        bodies().forEach(
                        (change, body) -> {
                            if (fits(scheme, request.with(body), secrets)) {
                                hints.add(
                                        "the signature fits the body "
                                                + change
                                                + ": something between the sender and here changed"
                                                + " the body");
                            }
                        });
        for (String url : urls()) {
            SignedRequest other =
                    new SignedRequest(request.method(), url, request.headers(), request.body());
            if (fits(scheme, other, secrets)) {
                hints.add("the signature fits the URL " + withoutQuery(url) + ": set public-url");
            }
        }
        aboutSecret(hints);
        if (hints.isEmpty()) {
            hints.add("none of the usual mistakes explains it: is it the right secret?");
        }
        return List.copyOf(hints);
    }

    private void aboutSecret(List<String> hints) {
        secretTexts()
                .forEach(
                        (change, others) -> {
                            if (fits(scheme, request, others)) {
                                hints.add("the signature fits the secret " + change);
                            }
                        });
        for (SigningScheme signing : signing(scheme)) {
            if (!(signing.algorithm() instanceof Algorithm.Hmac(Hash hash, SecretForm form))) {
                continue;
            }
            for (SecretForm other : SecretForm.values()) {
                if (other != form && fits(with(signing, hash, other), request, secrets)) {
                    hints.add("the signature fits when the secret is read as " + word(other));
                }
            }
            for (Hash other : Hash.values()) {
                if (other != hash && fits(with(signing, other, form), request, secrets)) {
                    hints.add("the signature was made with " + other.compactName());
                }
            }
        }
    }

    private boolean fits(Scheme tried, SignedRequest changed, List<Secret> others) {
        return !(tried.verify(changed, others, at) instanceof Verdict.Forged);
    }

    private Map<String, byte[]> bodies() {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        byte[] body = request.body();
        add(bodies, "without white space between its tokens", JsonLayout.COMPACT.of(body));
        add(bodies, "with a blank after commas and colons", JsonLayout.SPACED.of(body));
        add(bodies, "indented by two", JsonLayout.INDENTED.of(body));
        String text = new String(body, StandardCharsets.UTF_8);
        add(bodies, "with a line break at its end", utf8(text + "\n"));
        add(bodies, "without white space at its ends", utf8(text.strip()));
        add(bodies, "with line breaks as LF", utf8(text.replace("\r\n", "\n")));
        add(bodies, "with line breaks as CRLF", utf8(text.replace("\n", "\r\n")));
        add(bodies, "without a byte order mark", utf8(text.replace("\uFEFF", "")));
        add(bodies, "with slashes escaped", utf8(text.replace("\\/", "/").replace("/", "\\/")));
        add(bodies, "with slashes not escaped", utf8(text.replace("\\/", "/")));
        add(bodies, "with letters beyond ASCII escaped", utf8(escaped(text)));
        add(bodies, "read as UTF-8 once, not twice", text.getBytes(StandardCharsets.ISO_8859_1));
        return bodies;
    }

    private void add(Map<String, byte[]> bodies, String change, byte @Nullable [] body) {
        if (body != null && !java.util.Arrays.equals(body, request.body())) {
            bodies.put(change, body);
        }
    }

    private static String escaped(String text) {
        StringBuilder written = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            written.append(c < 0x80 ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return written.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The URLs under which the sender may know this one.
    private List<String> urls() {
        List<String> urls = new ArrayList<>();
        String url = request.url();
        String path =
                url.startsWith("https://")
                        ? url.substring(8)
                        : url.substring(url.indexOf("//") + 2);
        String scheme = url.startsWith("https://") ? "https://" : "http://";
        String other = scheme.equals("https://") ? "http://" : "https://";
        urls.add(other + path);
        String bare = withoutQuery(url);
        String query = url.substring(bare.length());
        urls.add(
                bare.endsWith("/")
                        ? bare.substring(0, bare.length() - 1) + query
                        : bare + "/" + query);
        urls.add(bare);
        request.headers()
                .first("host")
                .ifPresent(
                        host -> {
                            int slash = path.indexOf('/');
                            String rest = slash < 0 ? "" : path.substring(slash);
                            urls.add("https://" + host + rest);
                            urls.add("http://" + host + rest);
                        });
        urls.remove(url);
        return urls;
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    private Map<String, List<Secret>> secretTexts() {
        Map<String, List<Secret>> texts = new LinkedHashMap<>();
        texts.put("with a line break at its end: the sender has it so", with("", "\n"));
        texts.put("with a blank at its end: the sender has it so", with("", " "));
        texts.put("in double quotes: the sender has it so", with("\"", "\""));
        texts.put(
                "without the quotes around it", secrets.stream().map(Diagnosis::unquoted).toList());
        return texts;
    }

    private List<Secret> with(String before, String after) {
        return secrets.stream().map(s -> Secret.of(before + s.reveal() + after)).toList();
    }

    private static Secret unquoted(Secret secret) {
        String text = secret.reveal();
        boolean quoted =
                text.length() > 2
                        && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                        && text.charAt(text.length() - 1) == text.charAt(0);
        return quoted ? Secret.of(text.substring(1, text.length() - 1)) : secret;
    }

    private static List<SigningScheme> signing(Scheme scheme) {
        return switch (scheme) {
            case SigningScheme one -> List.of(one);
            case AnyOfScheme several -> several.alternatives();
            default -> List.of();
        };
    }

    private static SigningScheme with(SigningScheme scheme, Hash hash, SecretForm form) {
        return new SigningScheme(
                new Algorithm.Hmac(hash, form),
                scheme.place(),
                scheme.grammar(),
                scheme.encoding(),
                scheme.content(),
                scheme.coverage(),
                scheme.timestamp(),
                scheme.idHeader(),
                scheme.keyHeader());
    }

    private static String word(SecretForm form) {
        return switch (form) {
            case UTF8 -> "plain text, as it stands";
            case WHSEC -> "base64 after whsec_";
            case WHSEC_OR_UTF8 -> "base64 after whsec_, else as it stands";
            case BASE64 -> "base64";
            case HEX -> "hex";
            case SHA1 -> "a text whose SHA-1 is the key";
        };
    }
}
