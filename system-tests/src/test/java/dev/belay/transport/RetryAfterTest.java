package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The header's two forms, and everything else that is sent in it.
class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            value = {
                "0|0",
                "120|120",
                " 7 |7",
                "Thu, 01 Jan 2026 00:01:00 GMT|60",
                "604800|604800",
                "604801|604800",
                "999999999999999999999999|604800",
                "Fri, 01 Jan 2038 00:00:00 GMT|604800"
            },
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false)
    void says_how_long(String text, long seconds) {
        assertThat(RetryAfter.read(text, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "1.5",
                "1e3",
                "0x10",
                "soon",
                "\u0661",
                "12 seconds",
                "Wed, 31 Dec 2025 23:59:59 GMT",
                "Thu, 99 Jan 2026 00:01:00 GMT",
                "2026-01-01"
            })
    void is_ignored_where_it_says_nothing_usable(String text) {
        assertThat(RetryAfter.read(text, NOW)).isNull();
    }

    @Test
    void the_cap_is_a_week() {
        assertThat(RetryAfter.MAX).isEqualTo(Duration.ofDays(7));
    }
}
