package dev.belay.signature;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file of the catalogue as lines: `[name]` begins an entry, `key = value` belongs to it, `#` at
/// the beginning of a line begins a comment. A value in double quotes keeps its blanks.
final class CatalogueText {
    private CatalogueText() {}

    /// What is wrong with a file, with its line and key. It is ours, so nobody handles it.
    static final class Fault extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Fault(String file, int line, String key, String text) {
            super("%s:%d: %s: %s".formatted(file, line, key, text));
        }
    }

    /// One `key = value`.
    record Line(String key, String value, int number) {}

    /// One entry as written. Every line has to be asked for: [#done] finds those nobody knows.
    static final class Block {
        private final String file;
        private final String name;
        private final int number;
        private final List<Line> lines = new ArrayList<>();
        private final Set<Integer> read = new HashSet<>();

        Block(String file, String name, int number) {
            this.file = file;
            this.name = name;
            this.number = number;
        }

        String name() {
            return name;
        }

        /// The same entry with what the operator says in the place of each `$name`, unread.
        Block with(Map<String, String> settings) {
            Block block = new Block(file, name, number);
            for (Line line : lines) {
                String value = line.value();
                for (Map.Entry<String, String> setting : settings.entrySet()) {
                    value = value.replace("$" + setting.getKey() + "$", setting.getValue());
                }
                block.lines.add(
                        line.key().startsWith("setting ")
                                ? line
                                : new Line(line.key(), value, line.number()));
            }
            return block;
        }

        /// Whether the key is there.
        boolean has(String key) {
            return lines.stream().anyMatch(line -> line.key().equals(key));
        }

        /// The value of a key that may come once, or null.
        @Nullable String text(String key) {
            List<String> values = texts(key);
            if (values.size() > 1) {
                throw fault(key, "is there more than once");
            }
            return values.isEmpty() ? null : values.getFirst();
        }

        /// The same, with what an absent key means.
        String text(String key, String absent) {
            String value = text(key);
            return value == null ? absent : value;
        }

        /// The value of a key that has to be there.
        String required(String key) {
            String value = text(key);
            if (value == null) {
                throw fault(key, "is missing");
            }
            return value;
        }

        /// The values of a key that may come several times.
        List<String> texts(String key) {
            return lines(key, false).stream().map(Line::value).toList();
        }

        /// The lines whose key is this word, or, with a prefix, begins with this word and a blank.
        List<Line> lines(String key, boolean isPrefix) {
            List<Line> found = new ArrayList<>(1);
            for (Line line : lines) {
                if (line.key().equals(key) || (isPrefix && line.key().startsWith(key + " "))) {
                    found.add(line);
                    read.add(line.number());
                }
            }
            return found;
        }

        /// A fault at a key, or at the entry where the key is absent.
        Fault fault(String key, String text) {
            int at = number;
            for (Line line : lines) {
                if (line.key().equals(key) || line.key().startsWith(key + " ")) {
                    at = line.number();
                }
            }
            return new Fault(file, at, name + "." + key, text);
        }

        /// Finds the first line that nobody asked for.
        void done() {
            for (Line line : lines) {
                if (!read.contains(line.number())) {
                    throw new Fault(
                            file,
                            line.number(),
                            name + "." + line.key(),
                            "is not a known key, or of no use here");
                }
            }
        }
    }

    /// The entries of a file.
    static List<Block> read(String file, String text) {
        List<Block> blocks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                String name = line.endsWith("]") ? line.substring(1, line.length() - 1) : "";
                if (!isName(name) || !names.add(name)) {
                    throw new Fault(file, number, line, "is no name, or taken");
                }
                blocks.add(new Block(file, name, number));
                continue;
            }
            int equals = line.indexOf(" =");
            if (equals <= 0 || blocks.isEmpty()) {
                throw new Fault(file, number, line, "is neither [name] nor key = value");
            }
            String key = line.substring(0, equals);
            String value = unquoted(line.substring(equals + 2).strip());
            if (value.isEmpty()) {
                throw new Fault(file, number, key, "has no value");
            }
            blocks.getLast().lines.add(new Line(key, value, number));
        }
        return blocks;
    }

    private static String unquoted(String value) {
        return value.length() > 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(
                                c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }
}
