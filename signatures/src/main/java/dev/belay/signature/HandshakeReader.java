package dev.belay.signature;

import dev.belay.signature.CatalogueText.Block;
import dev.belay.signature.Handshake.Condition;
import dev.belay.signature.Handshake.Form;
import dev.belay.signature.Handshake.Trigger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a handshake, which is written as a sentence:
///
/// ```
/// signed POST when /type is url_verification echo /challenge as text
/// GET when query hub.mode is subscribe token query hub.verify_token echo query hub.challenge as text
/// GET compute sha256 base64 sha256= query crc_token as response_token
/// OPTIONS consent
/// HEAD probe
/// POST when /value absent echo query validationToken as text
/// signed POST when /type is 1 answer json {"type":1}
/// signed POST when /Type is SubscriptionConfirmation visit /SubscribeURL on sns.*.amazonaws.com
/// ```
final class HandshakeReader {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST");

    private final Block block;
    private final SchemeReader schemes;
    private final Deque<String> words;

    HandshakeReader(Block block, String sentence) {
        this.block = block;
        this.schemes = new SchemeReader(block);
        this.words = new ArrayDeque<>(SchemeReader.words(sentence));
    }

    Handshake read() {
        boolean isSigned = skip("signed");
        String method = next();
        if (!METHODS.contains(method) || (isSigned && !method.equals("POST"))) {
            throw fault("must begin with GET, HEAD, OPTIONS, POST or signed POST");
        }
        List<Condition> conditions = new ArrayList<>();
        while (skip("when")) {
            Location place = place();
            if (skip("absent")) {
                conditions.add(new Condition(place, null));
            } else {
                demand("is");
                conditions.add(new Condition(place, next()));
            }
        }
        Location token = skip("token") ? place() : null;
        Trigger trigger = new Trigger(method, isSigned, conditions, token);
        Handshake handshake =
                switch (next()) {
                    case "echo" -> new Handshake.Echo(trigger, place(), form());
                    case "compute" -> computed(trigger);
                    case "consent" -> new Handshake.Consent(trigger);
                    case "probe" -> new Handshake.Probe(trigger);
                    case "answer" -> fixed(trigger);
                    case "visit" -> visit(trigger);
                    default -> throw fault("must echo, compute, consent, probe, answer or visit");
                };
        if (!words.isEmpty()) {
            throw fault("has more words than a handshake: " + words.getFirst());
        }
        return handshake;
    }

    private Form form() {
        demand("as");
        return switch (next()) {
            case "text" -> new Form.Text();
            case "json" -> new Form.Json(next());
            case "header" -> {
                String name = HeaderName.of(next()).primary();
                yield new Form.InHeader(name, skip("json") ? next() : "");
            }
            default -> throw fault("must be sent back as text, json M or header N");
        };
    }

    private Handshake computed(Trigger trigger) {
        Hash hash = schemes.choice("handshake", next(), Hash.values());
        Encoding encoding = schemes.choice("handshake", next(), Encoding.values());
        String first = words.isEmpty() ? "" : words.getFirst();
        String prefix = first.endsWith("=") ? next() : "";
        Location value = place();
        demand("as");
        String member = next();
        String echo = skip("beside") ? next() : "";
        return new Handshake.Computed(trigger, value, hash, encoding, prefix, member, echo);
    }

    private Handshake fixed(Trigger trigger) {
        String type =
                switch (next()) {
                    case "json" -> "application/json";
                    case "text" -> "text/plain; charset=utf-8";
                    default -> throw fault("must answer json or text");
                };
        String body = String.join(" ", words);
        words.clear();
        return new Handshake.Fixed(trigger, type, body);
    }

    private Handshake visit(Trigger trigger) {
        Location url = place();
        demand("on");
        List<String> rest = List.copyOf(words);
        words.clear();
        return new Handshake.Visit(trigger, url, PublishedReader.pin(rest));
    }

    private Location place() {
        String word = next();
        return schemes.location("handshake", word.startsWith("/") ? word : word + " " + next());
    }

    private String next() {
        String word = words.pollFirst();
        if (word == null) {
            throw fault("ends too early");
        }
        return word;
    }

    private void demand(String word) {
        if (!skip(word)) {
            throw fault("lacks the word " + word);
        }
    }

    private boolean skip(String word) {
        @Nullable String first = words.peekFirst();
        if (!word.equals(first)) {
            return false;
        }
        words.removeFirst();
        return true;
    }

    private CatalogueText.Fault fault(String text) {
        return block.fault("handshake", text);
    }
}
