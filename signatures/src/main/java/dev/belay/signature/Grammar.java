package dev.belay.signature;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How the signature header is laid out.
public sealed interface Grammar {
    /// The whole value is one signature.
    ///
    /// @param prefix demanded in front of it, such as `sha256=`; may be empty
    record Whole(String prefix) implements Grammar {}

    /// A list of `key=value`; a key may come several times. Blanks around an entry do not count.
    ///
    /// @param separator between entries, such as `,`
    /// @param key of the entries that are signatures, such as `v1`; others are skipped
    record Fields(char separator, String key) implements Grammar {
        /// The values of the entries with this key, in order.
        List<String> values(String header, String wanted) {
            List<String> values = new ArrayList<>(2);
            entries(
                    header,
                    separator,
                    entry -> {
                        String field = entry.strip();
                        if (field.length() > wanted.length()
                                && field.startsWith(wanted)
                                && field.charAt(wanted.length()) == '=') {
                            values.add(field.substring(wanted.length() + 1));
                        }
                    });
            return values;
        }
    }

    /// A list of `version,signature` with blanks between (Standard Webhooks).
    ///
    /// @param version of the entries that are signatures, such as `v1`; others are skipped
    record Versions(String version) implements Grammar {}

    /// The timestamp, then one signature or more.
    ///
    /// @param separator between them, such as `,`
    record Positional(char separator) implements Grammar {}

    /// A list of pairs, the name of a key and a signature made with it. The name does not count:
    /// which keys are trusted is the receiver's word.
    ///
    /// @param separator between pairs, such as `&`
    /// @param between name and signature, such as `|`
    record Pairs(char separator, char between) implements Grammar {}

    /// The signatures in a header, still encoded, in order. Entries that are something else are
    /// skipped: a sender may offer several kinds side by side.
    default List<String> signatures(String header) {
        return switch (this) {
            case Whole(String prefix) ->
                    header.startsWith(prefix)
                            ? List.of(header.substring(prefix.length()))
                            : List.of();
            case Fields fields -> fields.values(header, fields.key());
            case Versions(String version) -> {
                List<String> signatures = new ArrayList<>(2);
                entries(
                        header,
                        ' ',
                        entry -> {
                            if (entry.startsWith(version + ",")) {
                                signatures.add(entry.substring(version.length() + 1));
                            }
                        });
                yield signatures;
            }
            case Positional(char separator) -> {
                List<String> texts = new ArrayList<>(3);
                entries(header, separator, entry -> texts.add(entry.strip()));
                yield texts.subList(1, texts.size());
            }
            case Pairs(char separator, char between) -> {
                List<String> signatures = new ArrayList<>(2);
                entries(
                        header,
                        separator,
                        entry -> {
                            int bar = entry.indexOf(between);
                            if (bar > 0) {
                                signatures.add(entry.substring(bar + 1));
                            }
                        });
                yield signatures;
            }
        };
    }

    /// The one value of a field beside the signatures, or null where there is none, or several.
    ///
    /// @param key of a list of `key=value`; of no meaning where the position decides
    default @Nullable String field(String header, String key) {
        return switch (this) {
            case Fields fields -> {
                List<String> values = fields.values(header, key);
                yield values.size() == 1 ? values.getFirst() : null;
            }
            case Positional(char separator) -> {
                int end = header.indexOf(separator);
                yield end < 0 ? null : header.substring(0, end).strip();
            }
            case Whole _, Versions _, Pairs _ -> null;
        };
    }

    /// The text of a header with one signature.
    ///
    /// @param field the timestamp as `key=value`, as bare text where the position decides, or empty
    default String write(String field, String signature) {
        return switch (this) {
            case Whole(String prefix) -> prefix + signature;
            case Fields(char separator, String key) ->
                    (field.isEmpty() ? "" : field + separator) + key + "=" + signature;
            case Versions(String version) -> version + "," + signature;
            case Positional(char separator) -> field + separator + signature;
            case Pairs(_, char between) -> "key" + between + signature;
        };
    }

    private static void entries(String header, char separator, Consumer<String> entry) {
        int start = 0;
        for (int end = header.indexOf(separator);
                end >= 0;
                end = header.indexOf(separator, start)) {
            entry.accept(header.substring(start, end));
            start = end + 1;
        }
        entry.accept(header.substring(start));
    }
}
