package dev.belay.signature;

import dev.belay.signature.CatalogueText.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads how one provider signs: the keys `verify`, `key`, `signature`, `layout`, `encoding`,
/// `content`, `covers`, `timestamp`, `id-header`, `key-header`, `items`, `names` and `token`; those
/// of a JWT are read by [JwtReader], those of published keys by [PublishedReader]. The head of the
/// catalogue's first file explains them.
final class SchemeReader {
    private final Block block;

    SchemeReader(Block block) {
        this.block = block;
    }

    Scheme read() {
        try {
            Scheme scheme = one(block.required("verify"));
            String keys = block.text("keys");
            return keys == null ? scheme : new PublishedReader(block, this).read(scheme, keys);
        } catch (CatalogueText.Fault fault) {
            throw fault;
        } catch (IllegalArgumentException e) {
            throw block.fault("verify", String.valueOf(e.getMessage()));
        }
    }

    private Scheme one(String verify) {
        return switch (verify) {
            case "none" -> new Unverified();
            case "basic" -> new BasicScheme();
            case "token" -> new TokenScheme(location("token", block.required("token")));
            case "standard-webhooks" -> standardWebhooks();
            case "rfc9421-hmac" -> message(new Algorithm.Hmac(Hash.SHA256, secretForm()));
            case "rfc9421-ed25519" -> message(new Algorithm.KeyPair(KeyKind.ED25519, false));
            case "rfc9421-ecdsa-p256" ->
                    message(new Algorithm.KeyPair(KeyKind.ECDSA_P256_P1363, false));
            case "rfc9421-rsa-pss" -> message(new Algorithm.KeyPair(KeyKind.RSA_PSS_SHA512, false));
            case "rfc9421-rsa-v1-5" -> message(new Algorithm.KeyPair(KeyKind.RSA_SHA256, false));
            case "sns" -> new PublishedReader(block, this).sns(timestamp());
            case "jwt-hs256" -> jwt(new Algorithm.Hmac(Hash.SHA256, secretForm()));
            case "jwt-rs256" -> jwt(new Algorithm.KeyPair(KeyKind.RSA_SHA256, false));
            case "jwt-rs512" -> jwt(new Algorithm.KeyPair(KeyKind.RSA_SHA512, false));
            case "jwt-es256" -> jwt(new Algorithm.KeyPair(KeyKind.ECDSA_P256_P1363, false));
            case "jwt-eddsa" -> jwt(new Algorithm.KeyPair(KeyKind.ED25519, false));
            default -> signing(algorithm(verify));
        };
    }

    private Scheme message(Algorithm algorithm) {
        List<List<String>> ways = block.texts("covers").stream().map(SchemeReader::words).toList();
        if (ways.isEmpty()) {
            throw block.fault("covers", "must say what has to be signed");
        }
        return new MessageSignatureScheme(
                algorithm, ways, duration("max-age", block.text("max-age", "5m")));
    }

    private Scheme jwt(Algorithm algorithm) {
        return new JwtReader(block, this).read(algorithm);
    }

    private Algorithm algorithm(String verify) {
        if (verify.startsWith("hmac-")) {
            return new Algorithm.Hmac(
                    choice("verify", verify.substring("hmac-".length()), Hash.values()),
                    secretForm());
        }
        if (verify.startsWith("prefixed-")) {
            return new Algorithm.PrefixedHash(
                    choice("verify", verify.substring("prefixed-".length()), Hash.values()));
        }
        return new Algorithm.KeyPair(choice("verify", verify, KeyKind.values()), false);
    }

    private SecretForm secretForm() {
        return choice("key", block.text("key", "utf8"), SecretForm.values());
    }

    private Scheme standardWebhooks() {
        List<String> prefixes = words(block.text("names", "webhook"));
        SigningScheme symmetric =
                StandardWebhooks.symmetric(
                        choice("key", block.text("key", "whsec"), SecretForm.values()),
                        names(prefixes, "-id"),
                        names(prefixes, "-timestamp"),
                        names(prefixes, "-signature"));
        return switch (block.text("asymmetric", "no")) {
            case "no" -> symmetric;
            case "too" ->
                    new AnyOfScheme(
                            List.of(
                                    symmetric,
                                    StandardWebhooks.asymmetric(
                                            names(prefixes, "-id"),
                                            names(prefixes, "-timestamp"),
                                            names(prefixes, "-signature"))));
            default -> throw block.fault("asymmetric", "must be too or no");
        };
    }

    private static HeaderName names(List<String> prefixes, String suffix) {
        return new HeaderName(prefixes.stream().map(prefix -> prefix + suffix).toList());
    }

    private Scheme signing(Algorithm algorithm) {
        String covers = block.text("covers", "body");
        SigningScheme scheme =
                new SigningScheme(
                        algorithm,
                        place(),
                        grammar(),
                        choice("encoding", block.text("encoding", "hex"), Encoding.values()),
                        ContentTemplate.read(
                                block.text("content", "{body}"),
                                text -> {
                                    throw block.fault("content", text);
                                }),
                        choice("covers", covers, SigningScheme.Coverage.values()),
                        timestamp(),
                        header("id-header"),
                        header("key-header"));
        String items = block.text("items");
        return items == null ? scheme : new EachItemScheme(items, scheme);
    }

    private SignaturePlace place() {
        List<String> words = words(block.required("signature"));
        List<String> names = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "header" -> new SignaturePlace.InHeader(new HeaderName(names));
            case "headers" -> new SignaturePlace.InAnyHeader(new HeaderName(names).names());
            case "repeated" ->
                    new SignaturePlace.InRepeatedHeader(HeaderName.of(only(names)).primary());
            default -> new SignaturePlace.At(location("signature", block.required("signature")));
        };
    }

    private String only(List<String> names) {
        if (names.size() != 1) {
            throw block.fault("signature", "must have one name");
        }
        return names.getFirst();
    }

    private Grammar grammar() {
        List<String> words = words(block.text("layout", "whole"));
        return switch (words.getFirst() + " " + words.size()) {
            case "whole 1" -> new Grammar.Whole(block.text("prefix", ""));
            case "fields 3" -> new Grammar.Fields(character(words.get(1)), words.get(2));
            case "versions 2" -> new Grammar.Versions(words.get(1));
            case "positional 2" -> new Grammar.Positional(character(words.get(1)));
            case "pairs 3" -> new Grammar.Pairs(character(words.get(1)), character(words.get(2)));
            default ->
                    throw block.fault(
                            "layout",
                            "must be whole, fields C KEY, versions V, positional C or pairs C C");
        };
    }

    private char character(String word) {
        if (word.length() != 1) {
            throw block.fault("layout", "must have a separator of one character");
        }
        return word.charAt(0);
    }

    private @Nullable TimestampRule timestamp() {
        String written = block.text("timestamp");
        if (written == null) {
            return null;
        }
        List<String> words = new ArrayList<>(words(written));
        TimestampRule.Source source = timestampSource(words);
        if (words.isEmpty()) {
            throw block.fault("timestamp", "must have a unit and a tolerance");
        }
        TimestampRule.Unit unit =
                switch (words.removeFirst()) {
                    case "s" -> TimestampRule.Unit.SECONDS;
                    case "ms" -> TimestampRule.Unit.MILLISECONDS;
                    case "rfc3339" -> TimestampRule.Unit.RFC_3339;
                    default -> throw block.fault("timestamp", "must be in s, ms or rfc3339");
                };
        if (words.equals(List.of("any"))) {
            return new TimestampRule(source, unit, TimestampRule.ANY, TimestampRule.ANY);
        }
        if (words.size() != 2) {
            throw block.fault("timestamp", "must end with any, or with past and future");
        }
        return new TimestampRule(
                source,
                unit,
                duration("timestamp", words.getFirst()),
                duration("timestamp", words.getLast()));
    }

    private TimestampRule.Source timestampSource(List<String> words) {
        String kind = words.removeFirst();
        if (kind.equals("first")) {
            return new TimestampRule.Source.InSignature("");
        }
        if (kind.startsWith("/")) {
            return new TimestampRule.Source.InBody(kind);
        }
        String name = words.isEmpty() ? "" : words.removeFirst();
        return switch (kind) {
            case "header" -> new TimestampRule.Source.InHeader(HeaderName.of(name));
            case "field" -> new TimestampRule.Source.InSignature(name);
            default -> throw block.fault("timestamp", "must be in header N, field K, first or /p");
        };
    }

    private @Nullable HeaderName header(String key) {
        String names = block.text(key);
        return names == null ? null : new HeaderName(words(names));
    }

    /// Reads `header N`, `query N`, `form N` or `/pointer`, and several of them with ` + ` between.
    Location location(String key, String written) {
        List<Location> parts = new ArrayList<>(1);
        int from = 0;
        while (from <= written.length()) {
            int plus = written.indexOf(" + ", from);
            int to = plus < 0 ? written.length() : plus;
            parts.add(single(key, written.substring(from, to)));
            from = to + 3;
        }
        return parts.size() == 1 ? parts.getFirst() : new Location.Joined(parts);
    }

    private Location single(String key, String written) {
        if (written.startsWith("/") && written.indexOf(' ') < 0) {
            return new Location.Pointer(written);
        }
        List<String> words = words(written);
        if (words.size() == 2) {
            switch (words.getFirst()) {
                case "header" -> {
                    if (HeaderName.isToken(words.getLast())) {
                        return new Location.Header(HeaderName.of(words.getLast()).primary());
                    }
                }
                case "query" -> {
                    return new Location.Query(words.getLast());
                }
                case "form" -> {
                    return new Location.FormField(words.getLast());
                }
                default -> {
                    // said below
                }
            }
        }
        throw block.fault(key, "must be header N, query N, form N or a JSON pointer: " + written);
    }

    /// The words between blanks.
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int blank = text.indexOf(' ', from);
            int to = blank < 0 ? text.length() : blank;
            if (to > from) {
                words.add(text.substring(from, to));
            }
            from = to + 1;
        }
        return words;
    }

    Duration duration(String key, String text) {
        int last = text.length() - 1;
        long number = last < 1 ? -1 : TimestampRule.number(text.substring(0, last));
        if (text.equals("0s")) {
            number = 0;
        }
        if (number >= 0) {
            switch (text.charAt(last)) {
                case 's' -> {
                    return Duration.ofSeconds(number);
                }
                case 'm' -> {
                    return Duration.ofMinutes(number);
                }
                case 'h' -> {
                    return Duration.ofHours(number);
                }
                default -> {
                    // said below
                }
            }
        }
        throw block.fault(key, "must be a duration such as 30s, 5m or 1h: " + text);
    }

    /// The constant that is written so: in lower case, with `-` for `_`.
    <E extends Enum<E>> E choice(String key, String word, E[] choices) {
        List<String> words = new ArrayList<>();
        for (E choice : choices) {
            String name = choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(word)) {
                return choice;
            }
            words.add(name);
        }
        throw block.fault(key, "must be one of " + String.join(", ", words) + ": " + word);
    }
}
