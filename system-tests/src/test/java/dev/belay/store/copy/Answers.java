package dev.belay.store.copy;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.Delivery;
import dev.belay.event.Body;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.signature.Headers;
import dev.belay.store.contract.Ports;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything that a store says of itself when asked through its ports, as lines.
final class Answers {
    /// Small, so that lists go on by their cursors.
    private static final int PAGE = 3;

    private final List<String> lines = new ArrayList<>();

    private Answers() {}

    static List<String> of(Ports ports) {
        Answers answers = new Answers();
        HistoryIndex history = ports.history();
        answers.events(history);
        answers.deliveries(history);
        for (String source : List.of("shop", "crm")) {
            for (Reject reject : history.rejects(source, 100)) {
                answers.lines.add(
                        "%s %s %s %s %s"
                                .formatted(
                                        reject.at(),
                                        reject.reason(),
                                        reject.request().url(),
                                        text(reject.request().headers()),
                                        text(reject.request().body())));
            }
        }
        answers.lines.add(history.stats().toString());
        answers.lines.add(ports.catalog().declarations().toString());
        answers.lines.add(ports.catalog().standings().toString());
        answers.lines.add(new TreeMap<>(ports.queue().nextDue()).toString());
        answers.lines.add(Long.toString(ports.journal().highestId()));
        return answers.lines;
    }

    private void events(HistoryIndex history) {
        String cursor = null;
        do {
            Page<EventSummary> page = history.events(EventQuery.ALL, PAGE, cursor);
            from(cursor, page);
            for (EventSummary summary : page.items()) {
                lines.add(summary.toString());
                history.event(summary.id())
                        .ifPresent(e -> lines.add(text(e.headers()) + " " + text(e.body())));
            }
            cursor = page.nextCursor();
        } while (cursor != null);
    }

    private void deliveries(HistoryIndex history) {
        String cursor = null;
        do {
            Page<Delivery> page = history.deliveries(DeliveryQuery.ALL, PAGE, cursor);
            from(cursor, page);
            for (Delivery delivery : page.items()) {
                lines.add(delivery.toString());
                for (Attempt attempt : history.attempts(delivery.id())) {
                    Attempt.Response response = attempt.response();
                    lines.add(
                            "%d %s %s %s %s"
                                    .formatted(
                                            attempt.number(),
                                            attempt.startedAt(),
                                            attempt.duration(),
                                            attempt.outcome(),
                                            response == null
                                                    ? "none"
                                                    : text(response.headers())
                                                            + text(response.body())
                                                            + response.truncated()));
                }
            }
            cursor = page.nextCursor();
        } while (cursor != null);
    }

    /// A last page may be empty, or not be there.
    private void from(@Nullable String cursor, Page<?> page) {
        if (!page.items().isEmpty()) {
            lines.add("from " + cursor);
        }
    }

    private static String text(Headers headers) {
        StringBuilder text = new StringBuilder();
        headers.forEach((name, value) -> text.append(name).append('=').append(value).append(';'));
        return text.toString();
    }

    private static String text(@Nullable Body body) {
        return body == null ? "" : HexFormat.of().formatHex(body.bytes());
    }
}
