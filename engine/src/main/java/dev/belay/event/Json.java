package dev.belay.event;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// How Belay reads JSON that others wrote. One reader with one set of limits serves ids, types,
/// filters and validation, so that no two of them can disagree on what a body says.
public final class Json {
    /// Deepest nesting of objects and arrays that is read.
    public static final int MAX_NESTING = 64;

    /// Longest number that is read, in characters.
    public static final int MAX_NUMBER_LENGTH = 400;

    /// Longest string that is read, in characters; above the body limit of every provider.
    public static final int MAX_STRING_LENGTH = 32 * 1024 * 1024;

    private static final JsonFactory READER =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxNumberLength(MAX_NUMBER_LENGTH)
                                    .maxStringLength(MAX_STRING_LENGTH)
                                    .build())
                    .build();

    private Json() {}

    /// Makes parsers that keep the limits.
    static JsonFactory reader() {
        return READER;
    }

    /// Reads a whole body. Objects become maps in their order, arrays lists, whole numbers `Long`,
    /// other numbers and those beyond 64 bits `Double`.
    ///
    /// @param nullValue what stands for JSON null
    public static Parsed read(Body body, Object nullValue) {
        if (!isPlainUtf8(body.bytes())) {
            return new Parsed.NotJson();
        }
        try (JsonParser parser = READER.createParser(ObjectReadContext.empty(), body.bytes())) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return new Parsed.NotJson();
            }
            Object value = value(parser, first, nullValue);
            return parser.nextToken() == null ? new Parsed.Value(value) : new Parsed.NotJson();
        } catch (StreamConstraintsException e) {
            return new Parsed.Refused("the body is nested too deep or holds too long a number");
        } catch (RepeatedName e) {
            return new Parsed.Refused("the body has an object with a name twice");
        } catch (JacksonException e) {
            return new Parsed.NotJson();
        }
    }

    /// Recursion is bounded by [#MAX_NESTING].
    private static Object value(JsonParser parser, @Nullable JsonToken token, Object nullValue) {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    Object value = value(parser, parser.nextToken(), nullValue);
                    if (object.put(name, value) != null) {
                        throw new RepeatedName(parser);
                    }
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                for (JsonToken item = parser.nextToken();
                        item != JsonToken.END_ARRAY;
                        item = parser.nextToken()) {
                    array.add(value(parser, item, nullValue));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> Double.valueOf(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> nullValue;
            case null, default ->
                    throw new StreamReadException(parser, "unexpected end of the document");
        };
    }

    private static Object whole(JsonParser parser) {
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            default -> Double.valueOf(parser.getString());
        };
    }

    /// Whether the bytes can be JSON text at all: valid UTF-8 (RFC 8259, section 8.1) without a
    /// byte order mark, and not UTF-16 or UTF-32, which a parser would otherwise detect and accept.
    public static boolean isPlainUtf8(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] == 0 || (bytes.length > 1 && bytes[1] == 0)) {
            return false;
        }
        int i = 0;
        while (i < bytes.length && bytes[i] >= 0) {
            i++;
        }
        if (i == bytes.length) {
            return true;
        }
        if (bytes[0] == (byte) 0xEF && bytes.length > 2 && bytes[1] == (byte) 0xBB) {
            return false;
        }
        return isUtf8(ByteBuffer.wrap(bytes, i, bytes.length - i));
    }

    private static boolean isUtf8(ByteBuffer bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer scratch = CharBuffer.allocate(Math.min(bytes.remaining(), 4096) + 2);
        while (true) {
            var result = decoder.decode(bytes, scratch, true);
            if (result.isError()) {
                return false;
            }
            if (result.isUnderflow()) {
                return true;
            }
            scratch.clear();
        }
    }

    /// An object has a name twice.
    private static final class RepeatedName extends StreamReadException {
        private static final long serialVersionUID = 1L;

        RepeatedName(JsonParser parser) {
            super(parser, "a name twice");
        }
    }

    /// What reading a body came to.
    public sealed interface Parsed {
        /// One JSON text.
        record Value(Object value) implements Parsed {}

        /// Anything else.
        record NotJson() implements Parsed {}

        /// JSON that is not read, because two readers could understand it differently or because
        /// reading it costs too much.
        ///
        /// @param problem in words, without any value of it
        record Refused(String problem) implements Parsed {}
    }
}
