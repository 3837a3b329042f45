package dev.belay.signature;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
