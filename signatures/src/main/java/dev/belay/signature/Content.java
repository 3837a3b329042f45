package dev.belay.signature;

import dev.belay.signature.HeaderName.Found;
import dev.belay.signature.Verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// What is signed of one request.
///
/// @param pieces one after the other, nothing between; the body is not copied
/// @param problem why there is none
record Content(List<byte[]> pieces, @Nullable Reason problem) {
    /// Puts the parts together.
    ///
    /// @param id the message id, as in the request
    /// @param timestamp as in the request, letter for letter
    static Content of(List<Part> parts, Parsed parsed, String id, String timestamp) {
        List<byte[]> pieces = new ArrayList<>(parts.size());
        for (Part part : parts) {
            Reason problem = add(part, parsed, id, timestamp, pieces);
            if (problem != null) {
                return new Content(List.of(), problem);
            }
        }
        return new Content(pieces, null);
    }

    private static @Nullable Reason add(
            Part part, Parsed parsed, String id, String timestamp, List<byte[]> pieces) {
        SignedRequest request = parsed.request();
        return switch (part) {
            case Part.Literal(String text) -> text(text, pieces);
            case Part.Timestamp() -> text(timestamp, pieces);
            case Part.MessageId() -> text(id, pieces);
            case Part.Header(HeaderName name) -> {
                Found found = name.in(request.headers());
                yield found.problem() != null ? found.problem() : text(found.text(), pieces);
            }
            case Part.Method() -> text(request.method(), pieces);
            case Part.Url() -> text(request.url(), pieces);
            case Part.Body() -> {
                pieces.add(request.body());
                yield null;
            }
            case Part.BodyHash(Hash hash) ->
                    text(HexFormat.of().formatHex(hash.of(request.body())), pieces);
            case Part.BodyCrc32() -> {
                CRC32 sum = new CRC32();
                sum.update(request.body());
                yield text(Long.toString(sum.getValue()), pieces);
            }
            case Part.Query(String name, boolean isLowerCase) -> {
                String value = FormText.only(parsed.query(), name);
                yield text(
                        value == null || !isLowerCase ? value : value.toLowerCase(Locale.ROOT),
                        pieces);
            }
            case Part.FormField(String name) -> text(FormText.only(parsed.form(), name), pieces);
            case Part.SortedForm() -> sortedForm(parsed, pieces);
            case Part.Pointer(String pointer, boolean isOptional) -> {
                String value = parsed.scalar(pointer);
                yield text(value == null && isOptional ? "" : value, pieces);
            }
            case Part.WherePresent(List<Part> parts) -> {
                Content group = of(parts, parsed, id, timestamp);
                pieces.addAll(group.pieces());
                yield null;
            }
        };
    }

    private static @Nullable Reason text(@Nullable String text, List<byte[]> pieces) {
        if (text == null) {
            return Reason.FIELD_MISSING;
        }
        pieces.add(text.getBytes(StandardCharsets.UTF_8));
        return null;
    }

    private static @Nullable Reason sortedForm(Parsed parsed, List<byte[]> pieces) {
        SignedRequest request = parsed.request();
        Optional<String> hash = request.queryParameter("bodySHA256");
        if (hash.isPresent()) {
            // It stands in the URL, which is signed; anyone can make it, so nothing leaks here.
            String expected = HexFormat.of().formatHex(Hash.SHA256.of(request.body()));
            return expected.equalsIgnoreCase(hash.get()) ? null : Reason.BODY_MISMATCH;
        }
        List<FormText.Field> fields = parsed.form();
        if (fields.isEmpty() && request.body().length > 0) {
            // Not a form, so that nothing of it would be signed.
            return Reason.FIELD_MISSING;
        }
        TreeMap<String, TreeSet<String>> sorted = new TreeMap<>();
        for (FormText.Field field : fields) {
            sorted.computeIfAbsent(field.name(), name -> new TreeSet<>()).add(field.value());
        }
        sorted.forEach((name, values) -> values.forEach(value -> text(name + value, pieces)));
        return null;
    }
}
