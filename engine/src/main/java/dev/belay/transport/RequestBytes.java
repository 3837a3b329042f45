package dev.belay.transport;

import dev.belay.catalog.Destination;
import dev.belay.catalog.DestinationUrl;
import dev.belay.catalog.ExtraHeaders;
import dev.belay.delivery.Delivery;
import dev.belay.event.Event;
import dev.belay.signature.Headers;
import dev.belay.signature.StandardWebhooks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// The request line and header lines of an attempt. The body follows byte for byte as received.
///
/// | Header | Value |
/// |---|---|
/// | `Host` | host of the URL, with the port where it is not the usual one |
/// | `User-Agent` | `Belay/` and the version |
/// | `Accept` | `*/*` |
/// | `Content-Type` | as the sender wrote it; `application/octet-stream` where it wrote none |
/// | `Content-Encoding` | as the sender wrote it, where it did: the body is never unpacked |
/// | `Content-Length` | length of the body in bytes |
/// | `webhook-id` | the event id, such as `evt_01j5k2m3n4p5q`; the same for every attempt, destination and replay |
/// | `webhook-timestamp` | seconds since 1970 at this attempt |
/// | `webhook-signature` | Standard Webhooks `v1,…`, one per signing secret; absent where the destination has none |
/// | `belay-delivery` | the delivery id, such as `dlv_01j5k2m3n4p5q_0` |
/// | `belay-attempt` | number of the attempt, from 1 |
/// | `belay-source` | name of the source |
/// | `belay-event-type` | the event type, where there is one |
/// | `belay-replay` | `true`, on replays only |
/// | `belay-hops` | how many gateways it has passed, this one included |
///
/// The destination's own extra headers come last; they may replace `User-Agent`, `Accept` and
/// `Content-Type`. Characters other than printable ASCII become `?` in all values, and long values
/// are cut.
final class RequestBytes {
    static final String HOPS = "belay-hops";

    /// Gateways an event may have passed before this one.
    static final int MAX_HOPS = 5;

    private static final int MAX_VALUE_LENGTH = 256;
    private static final List<String> REPLACEABLE = List.of("User-Agent", "Accept", "Content-Type");

    private RequestBytes() {}

    /// How many gateways the event has passed: the highest well-formed `belay-hops` line.
    static int hopsOf(Event event) {
        int hops = 0;
        for (String value : event.headers().all(HOPS)) {
            hops = Math.max(hops, smallNumber(value.strip()));
        }
        return hops;
    }

    /// The head of the request, with the empty line at its end.
    static byte[] head(
            Destination.Http destination,
            DestinationUrl url,
            Delivery delivery,
            Event event,
            Instant wall,
            String userAgent) {
        StringBuilder head = new StringBuilder(768);
        head.append("POST ").append(url.target()).append(" HTTP/1.1\r\n");
        line(head, "Host", url.hostHeader());
        Headers extra = destination.headers();
        String contentType =
                event.headers().first("Content-Type").orElse("application/octet-stream");
        List<String> usual = List.of(userAgent, "*/*", contentType);
        for (int i = 0; i < usual.size(); i++) {
            if (extra.count(REPLACEABLE.get(i)) == 0) {
                line(head, REPLACEABLE.get(i), usual.get(i));
            }
        }
        event.headers()
                .first("Content-Encoding")
                .ifPresent(encoding -> line(head, "Content-Encoding", encoding));
        line(head, "Content-Length", Integer.toString(event.body().length()));
        signature(head, destination, event, wall);
        line(head, "belay-delivery", delivery.id().toString());
        line(head, "belay-attempt", Integer.toString(delivery.attempts()));
        line(head, "belay-source", event.source());
        String type = event.type();
        if (type != null) {
            line(head, "belay-event-type", type);
        }
        if (delivery.replayOf() != null) {
            line(head, "belay-replay", "true");
        }
        line(head, HOPS, Integer.toString(hopsOf(event) + 1));
        extra.forEach(
                (name, value) -> {
                    if (ExtraHeaders.isAllowed(name, value)) {
                        head.append(name).append(": ").append(value).append("\r\n");
                    }
                });
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void signature(
            StringBuilder head, Destination.Http destination, Event event, Instant wall) {
        String id = event.id().toString();
        if (destination.signing().isEmpty()) {
            line(head, "webhook-id", id);
            line(head, "webhook-timestamp", Long.toString(wall.getEpochSecond()));
            return;
        }
        StandardWebhooks.sign(id, wall, event.body().bytes(), destination.signing())
                .forEach(
                        (name, value) ->
                                head.append(name).append(": ").append(value).append("\r\n"));
    }

    /// Adds a line whose value may come from outside: nothing but printable ASCII passes, so no
    /// value can end its line.
    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ");
        int length = Math.min(value.length(), MAX_VALUE_LENGTH);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            head.append(c >= ' ' && c <= '~' ? c : '?');
        }
        head.append("\r\n");
    }

    private static int smallNumber(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return 0;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
