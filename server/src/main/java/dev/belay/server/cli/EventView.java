package dev.belay.server.cli;

import dev.belay.server.cli.Listing.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Shows an event or a delivery in full.
final class EventView {
    private static final List<Column> ATTEMPTS =
            List.of(
                    new Column("ATTEMPT", "/number"),
                    new Column("STARTED", "/started_at"),
                    new Column("TOOK", "/duration"),
                    new Column("OUTCOME", "/outcome"),
                    new Column("STATUS", "/status"),
                    new Column("DETAIL", "/detail"));

    private EventView() {}

    /// Shows an event with headers, body, deliveries and attempts.
    static void show(Terminal terminal, JsonNode event) {
        terminal.fields(
                Listing.fields(event, List.of("headers", "body", "body_base64", "deliveries")));
        JsonNode headers = event.path("headers");
        if (!headers.isEmpty()) {
            terminal.line("");
            terminal.line("HEADERS");
            terminal.fields(headerFields(headers));
        }
        terminal.line("");
        terminal.line("BODY");
        terminal.lines(body(event));
        for (JsonNode delivery : event.path("deliveries")) {
            terminal.line("");
            showDelivery(terminal, delivery);
        }
    }

    /// Shows a delivery and its attempts.
    static void showDelivery(Terminal terminal, JsonNode delivery) {
        terminal.line("DELIVERY " + delivery.path("id").asString("-"));
        terminal.fields(Listing.fields(delivery, List.of("id", "attempts")));
        JsonNode attempts = delivery.path("attempts");
        if (attempts.isArray() && !attempts.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode attempt : attempts) {
                rows.add(
                        ATTEMPTS.stream().map(c -> Listing.text(attempt.at(c.pointer()))).toList());
            }
            terminal.table(ATTEMPTS.stream().map(Column::heading).toList(), rows);
        }
    }

    private static List<Terminal.Field> headerFields(JsonNode headers) {
        if (headers.isObject()) {
            return Listing.fields(headers, List.of());
        }
        List<Terminal.Field> fields = new ArrayList<>();
        for (JsonNode header : headers) {
            JsonNode name = header.isArray() ? header.path(0) : header.path("name");
            JsonNode value = header.isArray() ? header.path(1) : header.path("value");
            fields.add(new Terminal.Field(Listing.text(name), Listing.text(value)));
        }
        return fields;
    }

    private static String body(JsonNode event) {
        JsonNode body = event.path("body");
        if (body.isString()) {
            return body.asString();
        }
        String base64 = event.path("body_base64").asString("");
        return base64.isEmpty()
                ? Listing.text(body)
                : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
