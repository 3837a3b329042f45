package dev.belay.signature;

import dev.belay.signature.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The texts in which a request offers its signatures.
///
/// @param problem why there is nothing usable
record Offered(List<String> texts, @Nullable Reason problem) {
    /// The texts in which the signatures are.
    static Offered at(SignaturePlace place, Parsed parsed) {
        Headers headers = parsed.request().headers();
        return switch (place) {
            case SignaturePlace.InHeader(HeaderName header) -> {
                HeaderName.Found found = header.in(headers);
                yield found.problem() == null
                        ? new Offered(List.of(found.text()), null)
                        : none(found.problem());
            }
            case SignaturePlace.InAnyHeader(List<String> names) -> {
                List<String> texts = new ArrayList<>(2);
                for (String name : names) {
                    HeaderName.Found found = HeaderName.of(name).in(headers);
                    if (found.problem() == Reason.HEADER_REPEATED) {
                        yield none(found.problem());
                    }
                    if (found.problem() == null) {
                        texts.add(found.text());
                    }
                }
                yield texts.isEmpty() ? none(Reason.HEADER_MISSING) : new Offered(texts, null);
            }
            case SignaturePlace.InRepeatedHeader(String name) -> {
                List<String> lines = headers.all(name).stream().map(String::strip).toList();
                if (lines.size() > SignaturePlace.MAX_LINES) {
                    yield none(Reason.TOO_MANY_SIGNATURES);
                }
                yield lines.stream().allMatch(String::isEmpty)
                        ? none(Reason.HEADER_MISSING)
                        : new Offered(lines, null);
            }
            case SignaturePlace.At(Location location) -> {
                String text = parsed.find(location);
                yield text == null ? none(Reason.FIELD_MISSING) : new Offered(List.of(text), null);
            }
        };
    }

    private static Offered none(Reason problem) {
        return new Offered(List.of(), problem);
    }
}
