package dev.belay.signature;

import dev.belay.signature.CatalogueText.Block;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads where a sender publishes its keys: `keys` and `key-id`, and `topics` of Amazon SNS.
///
/// ```
/// keys = jwks https://www.googleapis.com/oauth2/v3/certs
/// keys = key-list https://api.github.com/meta/public_keys/secret_scanning
/// keys = plaid https://production.plaid.com/webhook_verification_key/get CLIENT SECRET
/// keys = certificate /SigningCertURL on sns.*.amazonaws.com sns.*.amazonaws.com.cn ending .pem
/// ```
final class PublishedReader {
    private final Block block;
    private final SchemeReader schemes;

    PublishedReader(Block block, SchemeReader schemes) {
        this.block = block;
        this.schemes = schemes;
    }

    PublishedScheme read(Scheme inner, String written) {
        String id = block.text("key-id");
        return new PublishedScheme(
                inner, publication(written), id == null ? null : schemes.location("key-id", id));
    }

    private Publication publication(String written) {
        List<String> words = new ArrayList<>(SchemeReader.words(written));
        String kind = words.removeFirst();
        if (kind.equals("certificate")) {
            int on = written.indexOf(" on ");
            if (on < 0) {
                throw block.fault("keys", "must say on which hosts the certificate is");
            }
            String place = written.substring("certificate ".length(), on);
            return new Publication.Certificate(
                    schemes.location("keys", place), pin(written.substring(on + 4)));
        }
        KeyPlace.Form form = schemes.choice("keys", kind, KeyPlace.Form.values());
        if (words.size() != (form == KeyPlace.Form.PLAID ? 3 : 1)) {
            throw block.fault("keys", "must be a form and a URL, and what is shown there");
        }
        List<Secret> credentials = words.stream().skip(1).map(Secret::of).toList();
        return new Publication.At(new KeyPlace(URI.create(words.getFirst()), form, credentials));
    }

    private HostPin pin(String written) {
        return pin(SchemeReader.words(written));
    }

    /// Reads hosts, and `ending` and a suffix where the path has to have one.
    static HostPin pin(List<String> words) {
        int ending = words.indexOf("ending");
        return ending < 0
                ? new HostPin(words, "")
                : new HostPin(words.subList(0, ending), words.get(ending + 1));
    }

    SnsScheme sns(@Nullable TimestampRule timestamp) {
        if (timestamp == null) {
            throw block.fault("timestamp", "is missing");
        }
        return new SnsScheme(topics(block.required("topics")), timestamp);
    }

    /// The ARNs between commas.
    private static List<String> topics(String written) {
        List<String> topics = new ArrayList<>();
        int from = 0;
        while (from <= written.length()) {
            int comma = written.indexOf(',', from);
            int to = comma < 0 ? written.length() : comma;
            topics.add(written.substring(from, to));
            from = to + 1;
        }
        return topics;
    }
}
