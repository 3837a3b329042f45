package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraHeadersTest {
    private static final String SECRET = "s3cret";

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer abc",
        "X-Api-Key, k",
        "User-Agent, mine",
        "Accept, */*",
        "x-webhook-id, 1",
        "!#$%&'*+-.^_`|~, odd",
        "X-Empty, ''"
    })
    void ordinary_lines_may_be_added(String name, String value) {
        assertThat(ExtraHeaders.isAllowed(name, value)).isTrue();
        assertThat(ExtraHeaders.problemWith(Headers.of(name, value))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Content-Encoding",
                "Transfer-Encoding",
                "CONNECTION",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "Expect",
                "HTTP2-Settings",
                "Accept-Encoding",
                "Webhook-Id",
                "webhook-signature",
                "Belay-Hops",
                "Proxy-Authorization"
            })
    void lines_that_frame_the_message_or_are_belays_own_may_not(String name) {
        assertThat(ExtraHeaders.isAllowed(name, "1")).isFalse();
        assertThat(ExtraHeaders.problemWith(Headers.of("X-Fine", "1", name, SECRET)))
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains(name).doesNotContain(SECRET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X Y", "X:Y", "X\r\nY", "X\0", "Ä", "X\t", "X(", "X\"", "X/Y"})
    void a_name_that_is_no_token_may_not(String name) {
        assertThat(ExtraHeaders.isAllowed(name, "1")).isFalse();
        assertThat(ExtraHeaders.problemWith(Headers.of(name, "1"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\r\nX: 1", "s3cret\n", "s3cret\0", "s3cret\u007f", "s3cretä"})
    void a_value_that_could_end_its_line_may_not_and_is_not_told(String value) {
        assertThat(ExtraHeaders.isAllowed("X-Key", value)).isFalse();
        assertThat(ExtraHeaders.problemWith(Headers.of("X-Key", value)))
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains("X-Key").doesNotContain(SECRET));
    }

    @Test
    void lengths_and_the_number_of_lines_are_bounded() {
        assertThat(ExtraHeaders.isAllowed("X", "v".repeat(ExtraHeaders.MAX_VALUE_LENGTH))).isTrue();
        assertThat(ExtraHeaders.isAllowed("X", "v".repeat(ExtraHeaders.MAX_VALUE_LENGTH + 1)))
                .isFalse();
        assertThat(ExtraHeaders.isAllowed("x".repeat(128), "v")).isTrue();
        assertThat(ExtraHeaders.isAllowed("x".repeat(129), "v")).isFalse();

        Headers most = Headers.empty();
        for (int i = 0; i < ExtraHeaders.MAX_LINES; i++) {
            most = most.with("X-" + i, "v");
        }
        assertThat(ExtraHeaders.problemWith(most)).isEmpty();
        assertThat(ExtraHeaders.problemWith(most.with("X-More", "v"))).isPresent();
    }
}
