package dev.belay.signature;

import dev.belay.signature.CatalogueText.Block;
import dev.belay.signature.CatalogueText.Line;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a token of an entry has to say: the keys `token`, `issuer`, `audience`, `claim NAME`,
/// `body-claim`, `url-claim`, `max-age`, `expiry` and `leeway`.
final class JwtReader {
    private final Block block;
    private final SchemeReader schemes;

    JwtReader(Block block, SchemeReader schemes) {
        this.block = block;
        this.schemes = schemes;
    }

    JwtScheme read(Algorithm algorithm) {
        List<String> token = SchemeReader.words(block.required("token"));
        if (token.size() == 2 && token.getFirst().equals("detached")) {
            return new JwtScheme(HeaderName.of(token.getLast()), algorithm, null);
        }
        if (token.size() != 1) {
            throw block.fault("token", "must be a header, detached and a header, or body");
        }
        String age = block.text("max-age");
        JwtScheme.Claims claims =
                new JwtScheme.Claims(
                        block.text("issuer"),
                        block.text("audience"),
                        equal(),
                        body(),
                        url(),
                        age == null ? null : schemes.duration("max-age", age),
                        block.text("expiry", "no").equals("required"),
                        schemes.duration("leeway", block.text("leeway", "5s")));
        return new JwtScheme(
                token.equals(List.of("body")) ? null : HeaderName.of(token.getFirst()),
                algorithm,
                claims);
    }

    private Map<String, String> equal() {
        Map<String, String> equal = new LinkedHashMap<>();
        for (Line line : block.lines("claim", true)) {
            equal.put(line.key().substring("claim".length()).strip(), line.value());
        }
        return equal;
    }

    private JwtScheme.@Nullable BodyClaim body() {
        String written = block.text("body-claim");
        if (written == null) {
            return null;
        }
        List<String> words = SchemeReader.words(written);
        if (words.size() != 2) {
            throw block.fault("body-claim", "must be a name and an encoding");
        }
        return new JwtScheme.BodyClaim(
                words.getFirst(), schemes.choice("body-claim", words.getLast(), Encoding.values()));
    }

    private JwtScheme.@Nullable UrlClaim url() {
        String written = block.text("url-claim");
        if (written == null) {
            return null;
        }
        List<String> words = SchemeReader.words(written);
        return new JwtScheme.UrlClaim(words.getFirst(), words.contains("sha256"));
    }
}
