package dev.belay.signature;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON text (RFC 8259) that came from outside, read strictly: plain UTF-8 without a byte order
/// mark, nothing after the end, at most 100 levels deep. A name that occurs twice in an object has
/// no value: the sender's library may have meant the other one.
final class JsonText {
    private static final int MAX_DEPTH = 100;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /// A value.
    ///
    /// @param from where it begins in the text
    /// @param to where it ends in the text
    record Value(Shape shape, String text, int from, int to) {
        /// What there is at a JSON pointer (RFC 6901), or null.
        @Nullable Value at(String pointer) {
            Value value = this;
            int start = 1;
            while (start <= pointer.length()) {
                int slash = pointer.indexOf('/', start);
                int end = slash < 0 ? pointer.length() : slash;
                String step = pointer.substring(start, end).replace("~1", "/").replace("~0", "~");
                value = value.shape().child(step);
                if (value == null) {
                    return null;
                }
                start = end + 1;
            }
            return value;
        }

        /// The scalar at a pointer as text; null where there is none, or it is empty or `null`.
        @Nullable String scalar(String pointer) {
            Value found = at(pointer);
            return found != null
                            && found.shape() instanceof Shape.Scalar(String scalar)
                            && !scalar.isEmpty()
                    ? scalar
                    : null;
        }

        /// The values at a pointer in which `*` stands for each item of an array; null where the
        /// pointer leads nowhere for one of them, or an array on the way is empty.
        @Nullable List<Value> each(String pointer) {
            int star = pointer.indexOf("/*");
            if (star < 0) {
                Value found = at(pointer);
                return found == null ? null : List.of(found);
            }
            Value array = at(pointer.substring(0, star));
            if (array == null || !(array.shape() instanceof Shape.Items(List<Value> items))) {
                return null;
            }
            List<Value> values = new ArrayList<>(items.size());
            for (Value item : items) {
                List<Value> below = item.each(pointer.substring(star + 2));
                if (below == null) {
                    return null;
                }
                values.addAll(below);
            }
            return values.isEmpty() ? null : values;
        }

        /// The bytes that stand for it in the text it was read from.
        byte[] bytes() {
            return text.substring(from, to).getBytes(StandardCharsets.UTF_8);
        }
    }

    /// What kind of value it is.
    sealed interface Shape {
        /// A string, unescaped, or a number or boolean as written. Empty for `null`.
        record Scalar(String text) implements Shape {}

        /// An object.
        ///
        /// @param members by name, without those that occur twice
        /// @param size how many members were written
        record Members(Map<String, Value> members, int size) implements Shape {}

        /// An array.
        record Items(List<Value> items) implements Shape {}

        private @Nullable Value child(String step) {
            return switch (this) {
                case Scalar _ -> null;
                case Members(Map<String, Value> members, _) -> members.get(step);
                case Items(List<Value> items) -> {
                    int index = index(step);
                    yield index >= 0 && index < items.size() ? items.get(index) : null;
                }
            };
        }

        private static int index(String step) {
            if (step.isEmpty()
                    || step.length() > 6
                    || (step.length() > 1 && step.startsWith("0"))) {
                return -1;
            }
            int index = 0;
            for (int i = 0; i < step.length(); i++) {
                int digit = step.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return -1;
                }
                index = 10 * index + digit;
            }
            return index;
        }
    }

    /// The value these bytes stand for, or null when they are no JSON text as demanded above.
    static @Nullable Value read(byte[] bytes) {
        try {
            return read(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static @Nullable Value read(String text) {
        JsonText reader = new JsonText(text);
        Value value = reader.value(0);
        reader.blanks();
        return value != null && reader.at == text.length() ? value : null;
    }

    /// A text as a JSON string, quotes included.
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c == '>' || c == '&' || Character.isSurrogate(c)) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private @Nullable Value value(int depth) {
        blanks();
        if (at == text.length() || depth > MAX_DEPTH) {
            return null;
        }
        int from = at;
        Shape shape =
                switch (text.charAt(at)) {
                    case '{' -> object(depth);
                    case '[' -> array(depth);
                    case '"' -> scalar(string());
                    default -> scalar(word());
                };
        return shape == null ? null : new Value(shape, text, from, at);
    }

    private static @Nullable Shape scalar(@Nullable String text) {
        return text == null ? null : new Shape.Scalar(text);
    }

    private @Nullable Shape object(int depth) {
        Map<String, Value> members = new HashMap<>();
        List<String> repeated = new ArrayList<>(0);
        int size = 0;
        at++;
        if (next('}')) {
            return new Shape.Members(members, 0);
        }
        do {
            blanks();
            String name = at < text.length() && text.charAt(at) == '"' ? string() : null;
            if (name == null || !next(':')) {
                return null;
            }
            Value value = value(depth + 1);
            if (value == null) {
                return null;
            }
            if (members.put(name, value) != null) {
                repeated.add(name);
            }
            size++;
        } while (next(','));
        repeated.forEach(members::remove);
        return next('}') ? new Shape.Members(members, size) : null;
    }

    private @Nullable Shape array(int depth) {
        List<Value> items = new ArrayList<>();
        at++;
        if (next(']')) {
            return new Shape.Items(items);
        }
        do {
            Value value = value(depth + 1);
            if (value == null) {
                return null;
            }
            items.add(value);
        } while (next(','));
        return next(']') ? new Shape.Items(items) : null;
    }

    /// Steps over blanks and this character, where it comes next.
    private boolean next(char wanted) {
        blanks();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private @Nullable String string() {
        StringBuilder unescaped = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return unescaped.toString();
            }
            if (c < ' ') {
                return null;
            }
            if (c != '\\') {
                unescaped.append(c);
            } else if (!escape(unescaped)) {
                return null;
            }
        }
        return null;
    }

    private boolean escape(StringBuilder unescaped) {
        if (at == text.length()) {
            return false;
        }
        char c = text.charAt(at++);
        if (c == 'u') {
            int code = 0;
            for (int i = 0; i < 4; i++) {
                int digit = at < text.length() ? hexDigit(text.charAt(at++)) : -1;
                if (digit < 0) {
                    return false;
                }
                code = 16 * code + digit;
            }
            unescaped.append((char) code);
            return true;
        }
        int known = "\"\\/bfnrt".indexOf(c);
        if (known >= 0) {
            unescaped.append("\"\\/\b\f\n\r\t".charAt(known));
        }
        return known >= 0;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /// A number or one of the three names.
    private @Nullable String word() {
        int from = at;
        while (at < text.length() && isWordCharacter(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "true", "false" -> word;
            case "null" -> "";
            default -> isNumber(word) ? word : null;
        };
    }

    private static boolean isWordCharacter(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || "+-.E".indexOf(c) >= 0;
    }

    private static boolean isNumber(String word) {
        int i = word.startsWith("-") ? 1 : 0;
        int whole = digits(word, i);
        if (whole == i || (word.charAt(i) == '0' && whole > i + 1)) {
            return false;
        }
        i = whole;
        if (i < word.length() && word.charAt(i) == '.') {
            int fraction = digits(word, i + 1);
            if (fraction == i + 1) {
                return false;
            }
            i = fraction;
        }
        if (i < word.length() && (word.charAt(i) == 'e' || word.charAt(i) == 'E')) {
            int sign = i + 1;
            if (sign < word.length() && "+-".indexOf(word.charAt(sign)) >= 0) {
                sign++;
            }
            int exponent = digits(word, sign);
            return exponent > sign && exponent == word.length();
        }
        return i == word.length();
    }

    private static int digits(String word, int from) {
        int i = from;
        while (i < word.length() && word.charAt(i) >= '0' && word.charAt(i) <= '9') {
            i++;
        }
        return i;
    }
}
