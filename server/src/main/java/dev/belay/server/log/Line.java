package dev.belay.server.log;

import dev.belay.server.http.JsonText;
import java.time.Duration;
import java.time.Instant;

/// One log line being written: time, level, step, then keys and values. Values from outside are
/// escaped, so that one record is one line and shows nothing but itself.
final class Line {
    /// Cut here, a line is whole whatever its values are; cut by the writer, JSON would be broken.
    static final int LONGEST_VALUE = 3_000;

    private final StringBuilder text;
    private final boolean json;

    Line(StringBuilder text, LogSettings.Format format, Timestamp at, Instant now) {
        this.text = text;
        this.json = format == LogSettings.Format.JSON;
        text.setLength(0);
        if (json) {
            text.append("{\"time\":\"");
            at.append(text, now);
            text.append('"');
        } else {
            at.append(text, now);
        }
    }

    /// Level and step: words of ours, written as they are.
    Line head(LogSettings.Level level, String step) {
        if (json) {
            text.append(",\"level\":\"").append(level.name()).append("\",\"step\":\"");
            text.append(step).append('"');
        } else {
            text.append(' ').append(level.name()).append(' ').append(step);
        }
        return this;
    }

    /// A value that may hold anything; beyond [#LONGEST_VALUE] characters it is cut.
    Line with(String key, String whole) {
        String value =
                whole.length() <= LONGEST_VALUE ? whole : whole.substring(0, LONGEST_VALUE) + "…";
        key(key);
        if (json || !plain(value)) {
            JsonText.quote(text, value);
        } else {
            text.append(value);
        }
        return this;
    }

    Line with(String key, long value) {
        key(key);
        text.append(value);
        return this;
    }

    Line with(String key, boolean value) {
        key(key);
        text.append(value);
        return this;
    }

    /// A duration in milliseconds with three digits behind the point.
    Line with(String key, Duration value) {
        key(key);
        long micros = Math.max(0, value.toNanos() / 1000);
        text.append(micros / 1000).append('.');
        long rest = micros % 1000;
        text.append((char) ('0' + rest / 100));
        text.append((char) ('0' + rest / 10 % 10));
        text.append((char) ('0' + rest % 10));
        return this;
    }

    StringBuilder end() {
        return json ? text.append('}') : text;
    }

    private void key(String key) {
        if (json) {
            text.append(",\"").append(key).append("\":");
        } else {
            text.append(' ').append(key).append('=');
        }
    }

    private static boolean plain(String value) {
        if (value.isEmpty()) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=') {
                return false;
            }
        }
        return true;
    }

    /// Writes times as RFC 3339 in UTC. Remembers the second, which many lines share.
    static final class Timestamp {
        private long second = Long.MIN_VALUE;
        private String text = "";

        void append(StringBuilder out, Instant instant) {
            if (instant.getEpochSecond() != second) {
                second = instant.getEpochSecond();
                String whole = Instant.ofEpochSecond(second).toString();
                text = whole.substring(0, whole.length() - 1);
            }
            int millis = instant.getNano() / 1_000_000;
            out.append(text).append('.');
            out.append((char) ('0' + millis / 100));
            out.append((char) ('0' + millis / 10 % 10));
            out.append((char) ('0' + millis % 10)).append('Z');
        }
    }
}
