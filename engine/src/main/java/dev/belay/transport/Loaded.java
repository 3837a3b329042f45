package dev.belay.transport;

import dev.belay.event.Body;
import dev.belay.signature.Headers;
import dev.belay.signature.KeyDocument;
import dev.belay.signature.KeyPlace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// What a fetch says about keys.
sealed interface Loaded {
    /// What a document counts at least, at most, and where its publisher says nothing.
    Duration SHORTEST = Duration.ofMinutes(5);

    Duration LONGEST = Duration.ofHours(24);
    Duration USUAL = Duration.ofHours(1);

    /// What Plaid calls an id that it never gave to a key.
    String PLAID_UNKNOWN = "INVALID_WEBHOOK_VERIFICATION_KEY_ID";

    /// A document; its keys may be none.
    record Document(KeyDocument document, Duration maxAge) implements Loaded {}

    /// The publisher has no such key.
    record Missing() implements Loaded {}

    /// Nothing was learnt.
    record Failed() implements Loaded {}

    /// Reads an answer.
    static Loaded of(KeyPlace.Form form, String keyId, Fetched fetched, Instant wall) {
        if (!(fetched instanceof Fetched.Answered(int status, Headers headers, Body body))) {
            return new Failed();
        }
        if (status != 200) {
            return isMissing(form, status, body) ? new Missing() : new Failed();
        }
        KeyDocument document = KeyDocument.read(form, body.bytes(), keyId, wall);
        return document == null ? new Failed() : new Document(document, maxAge(headers));
    }

    private static boolean isMissing(KeyPlace.Form form, int status, Body body) {
        return switch (form) {
            case CERTIFICATE -> status == 404 || status == 403 || status == 410;
            case PLAID ->
                    status == 400
                            && new String(body.bytes(), StandardCharsets.UTF_8)
                                    .contains(PLAID_UNKNOWN);
            case JWKS, KEY_LIST -> false;
        };
    }

    /// `max-age` of `Cache-Control`, within bounds.
    private static Duration maxAge(Headers headers) {
        String control = headers.first("Cache-Control").orElse("").toLowerCase(Locale.ROOT);
        if (control.contains("no-store") || control.contains("no-cache")) {
            return SHORTEST;
        }
        int at = control.indexOf("max-age=");
        if (at < 0) {
            return USUAL;
        }
        long seconds = 0;
        for (int i = at + "max-age=".length();
                i < control.length() && Character.isDigit(control.charAt(i)) && seconds < 1_000_000;
                i++) {
            seconds = 10 * seconds + Character.digit(control.charAt(i), 10);
        }
        Duration said = Duration.ofSeconds(seconds);
        return said.compareTo(SHORTEST) < 0
                ? SHORTEST
                : said.compareTo(LONGEST) > 0 ? LONGEST : said;
    }
}
