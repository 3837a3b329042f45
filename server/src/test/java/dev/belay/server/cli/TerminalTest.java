package dev.belay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TerminalTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2J",
                "\u009b31m",
                "\u202eabc",
                "\u2066",
                "\u200b",
                "\r",
                "\u2028",
                "\ud800"
            })
    void what_a_terminal_would_obey_is_shown_as_an_escape(String hostile) {
        assertThat(Terminal.visible(hostile)).startsWith("\\u").doesNotContain(hostile);
    }

    @Test
    void ordinary_text_of_any_script_stays_as_it_is() {
        String text = "Grüße, 東京, 😀, naïve — \"quoted\" \\ back";
        assertThat(Terminal.visible(text)).isEqualTo(text);
    }

    @Test
    void a_hostile_event_type_cannot_leave_its_cell() {
        try (FakeApi api =
                new FakeApi(
                        200,
                        "{\"data\":[{\"id\":\"evt_1\",\"type\":\"x\\u001b[31m\\ny\"}],"
                                + "\"next_cursor\":null}")) {
            Belay.Ran ran = Belay.run("events", "--url", api.url());
            assertThat(ran.code()).isZero();
            assertThat(ran.out()).contains("x\\u001b[31m\\u000ay").doesNotContain("\u001b");
            assertThat(ran.out().lines()).hasSize(2);
        }
    }

    @Test
    void json_stays_json_and_is_harmless_all_the_same() {
        try (FakeApi api = new FakeApi(200, "{\"data\":[{\"id\":\"a\u009b\u202e\"}]}")) {
            Belay.Ran ran = Belay.run("events", "--json", "--url", api.url());
            assertThat(ran.out()).contains("a\\u009b\\u202e");
            assertThat(ran.out().lines().toList()).hasSizeGreaterThan(2);
        }
    }

    @Test
    void columns_line_up_and_long_cells_are_cut() {
        try (FakeApi api =
                new FakeApi(
                        200,
                        "{\"data\":[{\"id\":\"evt_1\",\"source\":\"a\"},{\"id\":\"%s\",\"source\":\"b\"}]}"
                                .formatted("x".repeat(200)))) {
            List<String> lines = Belay.run("events", "--url", api.url()).out().lines().toList();
            assertThat(lines.get(1).indexOf(" a ")).isEqualTo(lines.get(2).indexOf(" b "));
            assertThat(lines.get(2)).contains("…").hasSizeLessThan(200);
        }
    }
}
