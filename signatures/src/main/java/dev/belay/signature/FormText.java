package dev.belay.signature;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of a form (`application/x-www-form-urlencoded`) or of a URL's query, in their order.
final class FormText {
    /// More fields than any honest sender has.
    private static final int MAX_FIELDS = 2_000;

    private FormText() {}

    /// One field, decoded.
    record Field(String name, String value) {}

    /// The fields; none at all when one of them is malformed: a `%` without two hex digits, or
    /// bytes that are not UTF-8.
    static List<Field> read(byte[] form) {
        List<Field> fields = new ArrayList<>();
        int from = 0;
        while (from < form.length) {
            int to = find(form, (byte) '&', from, form.length);
            int equals = find(form, (byte) '=', from, to);
            if (to > from) {
                String name = decoded(form, from, equals);
                String value = decoded(form, Math.min(equals + 1, to), to);
                if (name == null || value == null || fields.size() == MAX_FIELDS) {
                    return List.of();
                }
                fields.add(new Field(name, value));
            }
            from = to + 1;
        }
        return fields;
    }

    /// The fields of the query of this URL.
    static List<Field> ofQuery(String url) {
        int question = url.indexOf('?');
        return question < 0
                ? List.of()
                : read(url.substring(question + 1).getBytes(StandardCharsets.UTF_8));
    }

    /// The value of the one field with this name; null where there is none, or several.
    static @Nullable String only(List<Field> fields, String name) {
        String value = null;
        for (Field field : fields) {
            if (field.name().equals(name)) {
                if (value != null) {
                    return null;
                }
                value = field.value();
            }
        }
        return value;
    }

    /// A text as it is written in a form or query.
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static int find(byte[] form, byte wanted, int from, int to) {
        int i = from;
        while (i < to && form[i] != wanted) {
            i++;
        }
        return i;
    }

    private static int digit(byte character) {
        return character < 0 ? -1 : Character.digit(character, 16);
    }

    private static @Nullable String decoded(byte[] form, int from, int to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            if (form[i] == '%') {
                int high = i + 2 < to ? digit(form[i + 1]) : -1;
                int low = i + 2 < to ? digit(form[i + 2]) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes.write(16 * high + low);
                i += 2;
            } else {
                bytes.write(form[i] == '+' ? ' ' : form[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
