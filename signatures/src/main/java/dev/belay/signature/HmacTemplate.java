package dev.belay.signature;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A [SigningScheme] with a shared key as an operator writes it in a configuration file:
///
/// ```yaml
/// hmac:
///   hash: sha256                    # sha1, sha256 (default), sha384, sha512
///   encoding: hex                   # hex (default), hex_upper, base64, base64url
///   secret: utf8                    # utf8 (default), whsec, base64, hex, whsec_or_utf8, sha1
///   header: X-Signature             # the only key that must be there
///   prefix: "sha256="               # default: nothing in front of the signature
///   key: v1                         # instead of prefix: the header is a list, t=…,v1=…
///   separator: ","                  # of that list (default ",")
///   version: v1                     # instead of prefix: the header is a list, v1,… v1,…
///   content: "{timestamp}.{body}"   # default {body}; also {id}, {header:Name}, {method},
///                                   # {url}, {query:name}, {form:name}, {json:/pointer},
///                                   # {body-hash:sha256}, {sorted-form}
///   timestamp: { header: X-Time, unit: s, tolerance: 5m }   # or field: t, inside the list
///   id-header: X-Id                 # needed for {id}
/// ```
///
/// Every problem is reported at once, with the key it belongs to.
public final class HmacTemplate {
    private static final Set<String> KEYS =
            Set.of(
                    "hash",
                    "encoding",
                    "secret",
                    "header",
                    "prefix",
                    "key",
                    "separator",
                    "version",
                    "content",
                    "timestamp",
                    "id-header");
    private static final Set<String> TIMESTAMP_KEYS =
            Set.of("header", "field", "unit", "tolerance");

    private final Map<String, ?> values;
    private final List<Problem> problems = new ArrayList<>();

    private HmacTemplate(Map<String, ?> values) {
        this.values = values;
    }

    /// What reading a template leads to.
    public sealed interface Result {
        /// The scheme.
        record Read(SigningScheme scheme) implements Result {}

        /// Everything that is wrong, at least one thing.
        record Invalid(List<Problem> problems) implements Result {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /// One thing that is wrong.
    ///
    /// @param key where, such as `content` or `timestamp.unit`
    /// @param text what, as a sentence without a full stop
    public record Problem(String key, String text) {}

    /// Reads a template.
    ///
    /// @param values texts by key; `timestamp` is a map of texts itself
    public static Result read(Map<String, ?> values) {
        return new HmacTemplate(values).read();
    }

    private Result read() {
        unknownKeys("", values, KEYS);
        Hash hash = choice("hash", text("hash", "sha256"), Hash.values());
        Encoding encoding = choice("encoding", text("encoding", "hex"), Encoding.values());
        SecretForm secretForm = choice("secret", text("secret", "utf8"), SecretForm.values());
        HeaderName header = header("header", text("header", ""));
        Grammar grammar = grammar();
        List<Part> content = content(text("content", "{body}"));
        TimestampRule timestamp = timestamp();
        HeaderName id = header("id-header", text("id-header", ""));
        if (header == null && isFineSoFar("header")) {
            problem("header", "must name the header that holds the signature");
        }
        if (content.stream().noneMatch(Part::coversBody)) {
            problem("content", "must hold {body}: a body that is not signed can be exchanged");
        }
        if (content.contains(new Part.MessageId()) && id == null && isFineSoFar("id-header")) {
            problem("id-header", "must name the header of the {id} in content");
        }
        boolean signsTime = content.contains(new Part.Timestamp());
        if (signsTime && !has("timestamp")) {
            problem("timestamp", "must say where the {timestamp} in content is");
        }
        if (!signsTime && has("timestamp")) {
            problem("content", "must hold {timestamp}: one that is not signed proves nothing");
        }
        if (!problems.isEmpty()
                || hash == null
                || encoding == null
                || secretForm == null
                || header == null) {
            return new Result.Invalid(problems);
        }
        return new Result.Read(
                new SigningScheme(
                        new Algorithm.Hmac(hash, secretForm),
                        new SignaturePlace.InHeader(header),
                        grammar,
                        encoding,
                        content,
                        SigningScheme.Coverage.BODY,
                        timestamp,
                        id,
                        null));
    }

    private Grammar grammar() {
        List<String> layouts =
                List.of("prefix", "key", "version").stream().filter(this::has).toList();
        if (layouts.size() > 1) {
            problem(layouts.get(1), "cannot stand beside " + layouts.getFirst());
        }
        String separator = text("separator", ",");
        if (separator.length() != 1) {
            problem("separator", "must be one character");
        }
        if (has("separator") && !has("key")) {
            problem("separator", "belongs to a list: name the key of its signatures");
        }
        if (has("key")) {
            return new Grammar.Fields(
                    separator.isEmpty() ? ',' : separator.charAt(0), named("key", text("key", "")));
        }
        if (has("version")) {
            return new Grammar.Versions(named("version", text("version", "")));
        }
        return new Grammar.Whole(text("prefix", ""));
    }

    private @Nullable TimestampRule timestamp() {
        Object value = values.get("timestamp");
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map<?, ?> map)) {
            problem("timestamp", "must be a map with header or field, unit and tolerance");
            return null;
        }
        Map<String, Object> rule = new LinkedHashMap<>();
        map.forEach((key, entry) -> rule.put("timestamp." + key, entry));
        unknownKeys("timestamp.", rule, TIMESTAMP_KEYS);
        TimestampRule.Source source = timestampSource(rule);
        TimestampRule.Unit unit = unit(text(rule, "timestamp.unit", "s"));
        Duration tolerance =
                duration("timestamp.tolerance", text(rule, "timestamp.tolerance", "5m"));
        return source == null || unit == null || tolerance == null
                ? null
                : new TimestampRule(source, unit, tolerance, tolerance);
    }

    private TimestampRule.@Nullable Source timestampSource(Map<String, Object> rule) {
        String field = text(rule, "timestamp.field", "");
        String name = text(rule, "timestamp.header", "");
        if (field.isEmpty() == name.isEmpty()) {
            problem("timestamp", "must have either header or field");
            return null;
        }
        if (!field.isEmpty()) {
            if (!has("key")) {
                problem("timestamp.field", "needs a list in the signature header: set key");
            }
            return new TimestampRule.Source.InSignature(named("timestamp.field", field));
        }
        HeaderName header = header("timestamp.header", name);
        return header == null ? null : new TimestampRule.Source.InHeader(header);
    }

    private List<Part> content(String template) {
        return ContentTemplate.read(template, text -> problem("content", text));
    }

    /// The header with this name, or null for the empty text and for what is no header name.
    private @Nullable HeaderName header(String key, String name) {
        if (name.isEmpty()) {
            return null;
        }
        if (!HeaderName.isToken(name)) {
            problem(key, "is not a header name: " + name);
            return null;
        }
        return HeaderName.of(name);
    }

    /// A name inside a list header.
    private String named(String key, String name) {
        if (!HeaderName.isToken(name)) {
            problem(key, "must be a name of letters and digits");
        }
        return name;
    }

    /// The constant whose name in lower case is this word.
    private <E extends Enum<E>> @Nullable E choice(String key, String word, E[] choices) {
        List<String> words = new ArrayList<>();
        for (E choice : choices) {
            String name = choice.name().toLowerCase(Locale.ROOT);
            if (name.equals(word)) {
                return choice;
            }
            words.add(name);
        }
        problem(key, "must be one of " + String.join(", ", words) + ": " + word);
        return null;
    }

    private TimestampRule.@Nullable Unit unit(String word) {
        return switch (word) {
            case "s" -> TimestampRule.Unit.SECONDS;
            case "ms" -> TimestampRule.Unit.MILLISECONDS;
            case "rfc3339" -> TimestampRule.Unit.RFC_3339;
            default -> {
                problem("timestamp.unit", "must be s, ms or rfc3339: " + word);
                yield null;
            }
        };
    }

    private @Nullable Duration duration(String key, String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        Duration unit =
                switch (text.substring(digits)) {
                    case "s" -> Duration.ofSeconds(1);
                    case "m" -> Duration.ofMinutes(1);
                    case "h" -> Duration.ofHours(1);
                    default -> null;
                };
        if (unit == null || digits == 0 || digits > 6) {
            problem(key, "must be a duration such as 30s, 5m or 1h: " + text);
            return null;
        }
        return unit.multipliedBy(Long.parseLong(text.substring(0, digits)));
    }

    private String text(String key, String absent) {
        return text(values, key, absent);
    }

    private String text(Map<String, ?> map, String key, String absent) {
        Object value = map.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof String text) {
            return text;
        }
        problem(key, "must be a text");
        return absent;
    }

    private void unknownKeys(String path, Map<String, ?> map, Set<String> known) {
        for (String key : map.keySet()) {
            if (!known.contains(key.substring(path.length()))) {
                problem(key, "is not a key of an HMAC scheme");
            }
        }
    }

    private boolean has(String key) {
        return values.get(key) != null;
    }

    private boolean isFineSoFar(String key) {
        return problems.stream().noneMatch(problem -> problem.key().equals(key));
    }

    private void problem(String key, String text) {
        problems.add(new Problem(key, text));
    }
}
