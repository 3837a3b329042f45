package dev.belay.signature;

import dev.belay.signature.CatalogueText.Block;
import dev.belay.signature.CatalogueText.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads one entry of the catalogue. Every fault is thrown with its line and key.
final class EntryReader {
    private static final int MIB = 1024 * 1024;

    private final Block block;
    private final List<Setting> settings;
    private final SchemeReader schemes;
    private final boolean isSettled;

    /// @param given what the operator says in the place of the settings; empty: nothing yet
    EntryReader(Block written, Map<String, String> given) {
        settings = settings(written);
        isSettled = !given.isEmpty();
        Map<String, String> values = new HashMap<>(given);
        settings.forEach(setting -> values.putIfAbsent(setting.name(), setting.example()));
        block = written.with(values);
        schemes = new SchemeReader(block);
    }

    /// What an entry leaves to the operator.
    static List<Setting> settings(Block block) {
        List<Setting> settings = new ArrayList<>();
        for (Line line : block.lines("setting", true)) {
            int blank = line.value().indexOf(' ');
            if (blank < 0) {
                throw block.fault("setting", "must be an example and what it is");
            }
            settings.add(
                    new Setting(
                            line.key().substring("setting".length()).strip(),
                            line.value().substring(0, blank),
                            line.value().substring(blank + 1)));
        }
        return settings;
    }

    Provider read() {
        try {
            return whole();
        } catch (IllegalArgumentException e) {
            // What a part refuses without knowing its line.
            throw block.fault("title", String.valueOf(e.getMessage()));
        }
    }

    private Provider whole() {
        Provider provider =
                new Provider(
                        block.name(),
                        block.required("title"),
                        schemes.read(),
                        locations("event-id"),
                        locations("event-type"),
                        acknowledgement(),
                        block.texts("handshake").stream()
                                .map(sentence -> new HandshakeReader(block, sentence).read())
                                .toList(),
                        bodyLimit(),
                        new Provider.Habits(
                                block.text("deadline", ""),
                                block.text("retries", ""),
                                block.texts("note")),
                        new Provider.Provenance(
                                block.required("document"),
                                block.required("seen"),
                                schemes.choice(
                                        "confidence",
                                        block.required("confidence")
                                                .toLowerCase(java.util.Locale.ROOT),
                                        Confidence.values())),
                        isSettled ? List.of() : settings,
                        samples());
        block.lines("setting", true);
        block.done();
        return provider;
    }

    private List<Location> locations(String key) {
        List<Location> locations = new ArrayList<>();
        String written = block.text(key, "");
        int from = 0;
        while (from < written.length()) {
            int semicolon = written.indexOf("; ", from);
            int to = semicolon < 0 ? written.length() : semicolon;
            locations.add(schemes.location(key, written.substring(from, to)));
            from = to + 2;
        }
        return locations;
    }

    /// Reads `202`, `200 empty` or `200 text Fixed sentence`.
    private Acknowledgement acknowledgement() {
        String written = block.text("ack", "202");
        String rest = written.length() > 3 ? written.substring(3).strip() : "";
        int status =
                switch (written.substring(0, Math.min(3, written.length()))) {
                    case "200" -> 200;
                    case "202" -> 202;
                    case "204" -> 204;
                    default -> throw block.fault("ack", "must begin with 200, 202 or 204");
                };
        if (rest.isEmpty() && status != 204) {
            return new Acknowledgement(status, "application/json", "");
        }
        if (rest.equals("empty") || rest.isEmpty()) {
            return new Acknowledgement(status, "", "");
        }
        if (rest.startsWith("text ")) {
            return new Acknowledgement(
                    status, "text/plain; charset=utf-8", rest.substring("text ".length()));
        }
        throw block.fault("ack", "must be a status, STATUS empty or STATUS text WORDS");
    }

    private int bodyLimit() {
        String written = block.text("body-limit");
        if (written == null) {
            return Provider.DEFAULT_BODY_LIMIT_BYTES;
        }
        long number =
                written.endsWith(" MiB")
                        ? TimestampRule.number(written.substring(0, written.length() - 4))
                        : -1;
        if (number < 1 || number > 100) {
            throw block.fault("body-limit", "must be 1 MiB to 100 MiB");
        }
        return (int) number * MIB;
    }

    private Samples.Kit samples() {
        List<Samples.Sample> samples = new ArrayList<>();
        for (Line line : block.lines("sample", true)) {
            String type = line.key().substring("sample".length()).strip();
            if (type.isEmpty()) {
                throw block.fault("sample", "must be sample TYPE = BODY or @FILE");
            }
            samples.add(new Samples.Sample(type, line.value()));
        }
        List<String> headers = new ArrayList<>();
        for (String line : block.texts("sample-header")) {
            int colon = line.indexOf(": ");
            if (colon < 0 || !HeaderName.isToken(line.substring(0, colon))) {
                throw block.fault("sample-header", "must be Name: value");
            }
            headers.add(line.substring(0, colon));
            headers.add(line.substring(colon + 2));
        }
        return new Samples.Kit(
                samples,
                Headers.of(headers),
                block.text("content-type", "application/json"),
                block.text("user-agent", "Belay-Sample/1"),
                block.text("message-id", "msg_{alnum:27}"));
    }
}
