package dev.belay.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Finds scalars in a JSON body by JSON pointer (RFC 6901) in one pass, without building a tree.
///
/// Whatever leaves room for doubt yields nothing: a body that is not one JSON text in plain UTF-8
/// within the limits of [Json] (a byte order mark, invalid UTF-8, bytes after the end), a name that
/// occurs twice on the way to the value, a value that is an object, an array or null, is empty, is
/// longer than asked for, or holds a control character or an unpaired surrogate. The bytes of the
/// event stay what they are.
public final class JsonFields {
    /// Longest id or type that is taken from a request, in characters. A longer one is not used, as
    /// if it were absent.
    public static final int MAX_LENGTH = 512;

    private final JsonParser parser;
    private final int maxLength;

    private JsonFields(JsonParser parser, int maxLength) {
        this.parser = parser;
        this.maxLength = maxLength;
    }

    /// The values found, by pointer. Strings are unescaped; numbers and booleans are as written.
    ///
    /// @param pointers JSON pointers; one that is malformed finds nothing
    /// @param maxLength longest value taken, in characters
    /// @return a map that lacks each pointer for which nothing was found
    public static Map<String, String> find(Body body, Collection<String> pointers, int maxLength) {
        List<Search> searches = new ArrayList<>(pointers.size());
        for (String pointer : pointers) {
            if (pointer.isEmpty() || pointer.charAt(0) == '/') {
                searches.add(new Search(pointer));
            }
        }
        if (searches.isEmpty() || !Json.isPlainUtf8(body.bytes())) {
            return Map.of();
        }
        try (JsonParser parser =
                Json.reader().createParser(ObjectReadContext.empty(), body.bytes())) {
            new JsonFields(parser, maxLength).document(searches);
        } catch (JacksonException e) {
            return Map.of();
        }
        Map<String, String> found = HashMap.newHashMap(searches.size());
        for (Search search : searches) {
            String value = search.value;
            if (value != null && !search.ambiguous) {
                found.put(search.pointer, value);
            }
        }
        return found;
    }

    /// Whether the text can serve as an id or a type: 1 to `maxLength` characters, none of them a
    /// control character or half of a pair.
    public static boolean isUsable(String text, int maxLength) {
        if (text.isEmpty() || text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || (c >= 0x7F && c < 0xA0)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private void document(List<Search> searches) {
        value(parser.nextToken(), searches, 0);
        if (parser.nextToken() != null) {
            searches.forEach(search -> search.ambiguous = true);
        }
    }

    /// Reads the value that begins with this token, for the searches whose path led here.
    private void value(@Nullable JsonToken token, List<Search> searches, int depth) {
        if (token == JsonToken.START_OBJECT) {
            object(searches, depth);
        } else if (token == JsonToken.START_ARRAY) {
            array(searches, depth);
        } else if (token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            for (Search search : searches) {
                if (search.path.length == depth) {
                    String text = parser.getString();
                    search.value = isUsable(text, maxLength) ? text : null;
                }
            }
        }
    }

    private void object(List<Search> searches, int depth) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            List<Search> onPath = List.of();
            for (Search search : searches) {
                if (search.path.length > depth && search.path[depth].equals(name)) {
                    search.ambiguous |= search.met[depth];
                    search.met[depth] = true;
                    onPath = plus(onPath, search);
                }
            }
            read(parser.nextToken(), onPath, depth);
        }
    }

    private void array(List<Search> searches, int depth) {
        int index = 0;
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            List<Search> onPath = List.of();
            for (Search search : searches) {
                if (search.path.length > depth && search.index(depth) == index) {
                    onPath = plus(onPath, search);
                }
            }
            read(token, onPath, depth);
            index++;
        }
    }

    private void read(@Nullable JsonToken token, List<Search> onPath, int depth) {
        if (onPath.isEmpty()) {
            parser.skipChildren();
        } else {
            value(token, onPath, depth + 1);
        }
    }

    private static List<Search> plus(List<Search> list, Search search) {
        List<Search> more = list.isEmpty() ? new ArrayList<>(2) : list;
        more.add(search);
        return more;
    }

    /// One pointer on its way through the document.
    private static final class Search {
        private final String pointer;
        private final String[] path;
        private final boolean[] met;
        private boolean ambiguous;
        private @Nullable String value;

        private Search(String pointer) {
            this.pointer = pointer;
            this.path = pointer.isEmpty() ? new String[0] : segments(pointer);
            this.met = new boolean[path.length];
        }

        private static String[] segments(String pointer) {
            List<String> segments = new ArrayList<>(4);
            int from = 1;
            while (from <= pointer.length()) {
                int slash = pointer.indexOf('/', from);
                int to = slash < 0 ? pointer.length() : slash;
                String segment = pointer.substring(from, to);
                segments.add(
                        segment.indexOf('~') < 0
                                ? segment
                                : segment.replace("~1", "/").replace("~0", "~"));
                from = to + 1;
            }
            return segments.toArray(String[]::new);
        }

        /// The array index this segment means, -1 when it is none.
        private int index(int depth) {
            String segment = path[depth];
            if (segment.isEmpty()
                    || segment.length() > 6
                    || (segment.length() > 1 && segment.charAt(0) == '0')) {
                return -1;
            }
            int index = 0;
            for (int i = 0; i < segment.length(); i++) {
                int digit = segment.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return -1;
                }
                index = index * 10 + digit;
            }
            return index;
        }
    }
}
