package dev.belay.signature;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A dictionary of RFC 9651 (Structured Field Values), as HTTP message signatures use it: members
/// that are items or inner lists, with integers, strings, tokens, byte sequences and booleans in
/// them. Read strictly; a name that occurs twice in a dictionary makes it unreadable, because the
/// sender may have meant either.
final class StructuredField {
    private static final int MAX_LENGTH = 16 * 1024;
    private static final int MAX_MEMBERS = 20;
    private static final int MAX_ITEMS = 100;
    private static final int MAX_DIGITS = 15;

    private final String text;
    private int at;

    private StructuredField(String text) {
        this.text = text;
    }

    /// A value without parameters.
    sealed interface Bare {
        record Int(long number) implements Bare {}

        record Text(String text) implements Bare {}

        record Token(String text) implements Bare {}

        /// Bytes.
        ///
        /// @param base64 as an encoder writes them
        record Bytes(String base64) implements Bare {}

        record Bool(boolean isTrue) implements Bare {}
    }

    /// What a dictionary holds.
    sealed interface Member {}

    /// One value.
    record Item(Bare value, Map<String, Bare> parameters) implements Member {
        @Override
        public String toString() {
            return written(value) + written(parameters);
        }
    }

    /// Several items in parentheses.
    record InnerList(List<Item> items, Map<String, Bare> parameters) implements Member {
        /// Serialized as section 4.1.1.1 demands: the one way to write it.
        @Override
        public String toString() {
            return items.stream().map(Item::toString).collect(Collectors.joining(" ", "(", ")"))
                    + written(parameters);
        }
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super("malformed", null, false, false);
        }
    }

    /// The members in order, or null where this is no dictionary.
    static @Nullable Map<String, Member> dictionary(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        try {
            return new StructuredField(text).dictionary();
        } catch (Malformed malformed) {
            return null;
        }
    }

    private Map<String, Member> dictionary() throws Malformed {
        Map<String, Member> members = new LinkedHashMap<>();
        skip(" ");
        while (at < text.length()) {
            String key = key();
            Member member;
            if (peek() == '=') {
                at++;
                member = peek() == '(' ? innerList() : item();
            } else {
                member = new Item(new Bare.Bool(true), parameters());
            }
            if (members.put(key, member) != null || members.size() > MAX_MEMBERS) {
                throw new Malformed();
            }
            skip(" \t");
            if (at == text.length()) {
                break;
            }
            demand(',');
            skip(" \t");
            if (at == text.length()) {
                throw new Malformed();
            }
        }
        return members;
    }

    private InnerList innerList() throws Malformed {
        demand('(');
        List<Item> items = new ArrayList<>();
        while (true) {
            skip(" ");
            if (peek() == ')') {
                at++;
                return new InnerList(items, parameters());
            }
            items.add(item());
            if ((peek() != ' ' && peek() != ')') || items.size() > MAX_ITEMS) {
                throw new Malformed();
            }
        }
    }

    private Item item() throws Malformed {
        Bare value = bare();
        return new Item(value, parameters());
    }

    private Map<String, Bare> parameters() throws Malformed {
        Map<String, Bare> parameters = new LinkedHashMap<>();
        while (peek() == ';') {
            at++;
            skip(" ");
            String key = key();
            Bare value = new Bare.Bool(true);
            if (peek() == '=') {
                at++;
                value = bare();
            }
            if (parameters.put(key, value) != null) {
                throw new Malformed();
            }
        }
        return parameters;
    }

    private Bare bare() throws Malformed {
        char first = peek();
        if (first == '"') {
            return string();
        }
        if (first == ':') {
            return bytes();
        }
        if (first == '?') {
            at++;
            char flag = next();
            if (flag != '0' && flag != '1') {
                throw new Malformed();
            }
            return new Bare.Bool(flag == '1');
        }
        if (first == '-' || isDigit(first)) {
            return integer();
        }
        if (first == '*' || isLetter(first)) {
            int from = at;
            while (isTokenCharacter(peek())) {
                at++;
            }
            return new Bare.Token(text.substring(from, at));
        }
        throw new Malformed();
    }

    private Bare string() throws Malformed {
        demand('"');
        StringBuilder string = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c == '\\') {
                c = next();
                if (c != '"' && c != '\\') {
                    throw new Malformed();
                }
            } else if (c < ' ' || c > '~') {
                throw new Malformed();
            }
            string.append(c);
        }
        return new Bare.Text(string.toString());
    }

    private Bare bytes() throws Malformed {
        demand(':');
        int end = text.indexOf(':', at);
        byte[] bytes = end < 0 ? null : Encoding.BASE64.decode(text.substring(at, end), MAX_LENGTH);
        if (bytes == null) {
            throw new Malformed();
        }
        at = end + 1;
        return new Bare.Bytes(Base64.getEncoder().encodeToString(bytes));
    }

    private Bare integer() throws Malformed {
        int sign = peek() == '-' ? -1 : 1;
        at += sign < 0 ? 1 : 0;
        int from = at;
        long number = 0;
        while (isDigit(peek())) {
            number = 10 * number + (next() - '0');
            if (at - from > MAX_DIGITS) {
                throw new Malformed();
            }
        }
        if (at == from || peek() == '.') {
            throw new Malformed();
        }
        return new Bare.Int(sign * number);
    }

    private String key() throws Malformed {
        int from = at;
        char first = next();
        if (first != '*' && !isLower(first)) {
            throw new Malformed();
        }
        while (isLower(peek()) || isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) {
            at++;
        }
        return text.substring(from, at);
    }

    /// The character to come; 0, which is allowed nowhere, at the end.
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char next() throws Malformed {
        if (at == text.length()) {
            throw new Malformed();
        }
        return text.charAt(at++);
    }

    private void demand(char wanted) throws Malformed {
        if (next() != wanted) {
            throw new Malformed();
        }
    }

    private void skip(String blanks) {
        while (at < text.length() && blanks.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLetter(char c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isTokenCharacter(char c) {
        return c != 0 && (isLetter(c) || isDigit(c) || "!#$%&'*+-.^_`|~:/".indexOf(c) >= 0);
    }

    private static String written(Bare value) {
        return switch (value) {
            case Bare.Int(long number) -> Long.toString(number);
            case Bare.Text(String string) -> quoted(string);
            case Bare.Token(String token) -> token;
            case Bare.Bytes(String base64) -> ":" + base64 + ":";
            case Bare.Bool(boolean isTrue) -> isTrue ? "?1" : "?0";
        };
    }

    /// A string as it is written.
    static String quoted(String string) {
        return "\"" + string.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /// Parameters as they are written: a true one by its name alone.
    private static String written(Map<String, Bare> parameters) {
        StringBuilder all = new StringBuilder();
        parameters.forEach(
                (name, value) -> {
                    all.append(';').append(name);
                    if (!value.equals(new Bare.Bool(true))) {
                        all.append('=').append(written(value));
                    }
                });
        return all.toString();
    }
}
