package dev.belay.signature;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The header lines of one HTTP message: names and values in the order they came, repeated names
/// kept. Names compare without regard to case (RFC 9110, section 5.1). Immutable.
public final class Headers {
    private static final Headers EMPTY = new Headers(new String[0]);

    /// name, value, name, value, …
    private final String[] lines;

    private Headers(String[] lines) {
        this.lines = lines;
    }

    /// No header at all.
    public static Headers empty() {
        return EMPTY;
    }

    /// The lines given as name, value, name, value, ….
    ///
    /// @throws IllegalArgumentException if a name has no value
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a header name without a value");
        }
        return namesAndValues.length == 0 ? EMPTY : new Headers(namesAndValues.clone());
    }

    /// Same as [#of(String...)], from a list.
    public static Headers of(List<String> namesAndValues) {
        return of(namesAndValues.toArray(String[]::new));
    }

    /// Number of header lines.
    public int size() {
        return lines.length / 2;
    }

    /// The value of the first line with this name.
    public Optional<String> first(String name) {
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                return Optional.of(lines[i + 1]);
            }
        }
        return Optional.empty();
    }

    /// The values of every line with this name, in order.
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                values.add(lines[i + 1]);
            }
        }
        return values;
    }

    /// How many lines carry this name.
    public int count(String name) {
        int count = 0;
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    /// Calls back with each line, in order.
    public void forEach(BiConsumer<String, String> line) {
        for (int i = 0; i < lines.length; i += 2) {
            line.accept(lines[i], lines[i + 1]);
        }
    }

    /// These lines followed by one more.
    public Headers with(String name, String value) {
        String[] more = java.util.Arrays.copyOf(lines, lines.length + 2);
        more[lines.length] = name;
        more[lines.length + 1] = value;
        return new Headers(more);
    }

    /// These lines followed by those.
    public Headers with(Headers more) {
        String[] all = java.util.Arrays.copyOf(lines, lines.length + more.lines.length);
        System.arraycopy(more.lines, 0, all, lines.length, more.lines.length);
        return new Headers(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && java.util.Arrays.equals(lines, that.lines);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(lines);
    }

    /// Names only: values may be secrets.
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("Headers[");
        for (int i = 0; i < lines.length; i += 2) {
            names.append(i == 0 ? "" : ", ").append(lines[i]);
        }
        return names.append(']').toString();
    }
}
