package dev.belay.signature;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/// Where the signed timestamp is, what it counts and how far it may be from the present.
///
/// @param source where it is
/// @param unit what it counts since 1970-01-01T00:00:00Z
/// @param past how old it may be, inclusive
/// @param future how far ahead it may be, inclusive
public record TimestampRule(Source source, Unit unit, Duration past, Duration future) {
    /// What every Standard Webhooks library allows, both ways.
    public static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /// For senders that sign a time and publish no tolerance: how far off it is does not matter.
    public static final Duration ANY = Duration.ofDays(36_500);

    private static final int MAX_RFC_3339_LENGTH = 40;

    /// More digits than any honest timestamp has, and few enough for a long.
    private static final int MAX_DIGITS = 16;

    /// Where the timestamp is.
    public sealed interface Source {
        /// The whole value of a header.
        record InHeader(HeaderName header) implements Source {}

        /// A field of the signature header ([Grammar.Fields]), such as `t` in `t=…,v1=…`, or its
        /// first text ([Grammar.Positional]).
        record InSignature(String key) implements Source {}

        /// The scalar at this JSON pointer in the signed body.
        record InBody(String pointer) implements Source {}
    }

    /// What the number counts.
    public enum Unit {
        SECONDS,
        MILLISECONDS,
        /// No number but a text such as `2026-03-01T12:00:00.7Z` (RFC 3339), with any offset.
        RFC_3339
    }

    /// A timestamp in whole seconds in this header, at most five minutes off.
    static TimestampRule secondsIn(HeaderName header) {
        return new TimestampRule(
                new Source.InHeader(header), Unit.SECONDS, FIVE_MINUTES, FIVE_MINUTES);
    }

    /// The text a sender writes at this time.
    String write(Instant now) {
        return unit == Unit.RFC_3339
                ? now.truncatedTo(ChronoUnit.MILLIS).toString()
                : Long.toString(count(now));
    }

    /// What this text counts, in this unit (milliseconds where it is no number), or -1 when it is
    /// not written as the unit demands.
    long read(String text) {
        return unit == Unit.RFC_3339 ? milliseconds(text) : number(text);
    }

    private static long milliseconds(String text) {
        if (text.length() > MAX_RFC_3339_LENGTH || !text.chars().allMatch(c -> c < 0x80)) {
            return -1;
        }
        try {
            return Math.max(-1, OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return -1;
        }
    }

    /// The number in this text, or -1 when it is not one written the only way: ASCII digits, no
    /// sign, no leading zero, no more than 16.
    static long number(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || text.charAt(0) == '0') {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = 10 * number + (digit - '0');
        }
        return number;
    }

    /// Whether a timestamp is near enough to this time.
    boolean admits(long timestamp, Instant now) {
        long age = count(now) - timestamp;
        return age <= count(past) && -age <= count(future);
    }

    /// How long ago the timestamp was, in whole seconds; negative when it lies in the future.
    long ageSeconds(long timestamp, Instant now) {
        long age = count(now) - timestamp;
        return switch (unit) {
            case SECONDS -> age;
            case MILLISECONDS, RFC_3339 -> age / 1000;
        };
    }

    private long count(Instant instant) {
        return switch (unit) {
            case SECONDS -> instant.getEpochSecond();
            case MILLISECONDS, RFC_3339 -> instant.toEpochMilli();
        };
    }

    private long count(Duration duration) {
        return switch (unit) {
            case SECONDS -> duration.toSeconds();
            case MILLISECONDS, RFC_3339 -> duration.toMillis();
        };
    }
}
