package dev.belay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandsTest {
    private static final String EMPTY = "{\"data\":[],\"next_cursor\":null}";

    @Test
    void a_list_asks_for_what_its_options_say() {
        try (FakeApi api = new FakeApi(200, EMPTY)) {
            Belay.Ran ran =
                    Belay.run(
                            "events",
                            "--url",
                            api.url(),
                            "--source",
                            "a b&c",
                            "--status",
                            "dead",
                            "--since",
                            "2026-01-31T12:00:00Z",
                            "--limit",
                            "7");
            assertThat(ran.code()).isZero();
            assertThat(api.seen().getFirst().uri())
                    .isEqualTo(
                            "/v1/events?limit=7&since=2026-01-31T12%3A00%3A00Z&source=a+b%26c"
                                    + "&status=dead");
        }
    }

    @Test
    void the_token_comes_from_the_option_the_environment_or_the_data_directory(
            @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve(Connection.TOKEN_FILE), "from-file\n");
        try (FakeApi api = new FakeApi(200, EMPTY)) {
            String[] common = {"sources", "--url", api.url(), "--data", directory.toString()};
            Belay.run(common);
            Belay.run(Map.of("BELAY_ADMIN_TOKEN", "from-environment"), common);
            Belay.run("sources", "--url", api.url(), "--token", "from-option");
            assertThat(api.seen().stream().map(s -> s.headers().first("Authorization").orElse("")))
                    .containsExactly(
                            "Bearer from-file", "Bearer from-environment", "Bearer from-option");
        }
    }

    @Test
    void a_problem_is_told_in_its_own_words_and_fields() {
        try (FakeApi api =
                new FakeApi(
                        422,
                        "{\"title\":\"Filter invalid\",\"detail\":\"see errors\",\"errors\":"
                                + "[{\"pointer\":\"/filter/type\",\"detail\":\"unknown\"}]}")) {
            Belay.Ran ran = Belay.run("replay", "--status", "dead", "--url", api.url());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err()).contains("Filter invalid: see errors").contains("/filter/type");
        }
    }

    @Test
    void a_refused_token_has_a_code_of_its_own() {
        try (FakeApi api = new FakeApi(401, "")) {
            assertThat(Belay.run("events", "--url", api.url()).code()).isEqualTo(4);
            assertThat(Belay.run("events", "--url", api.url(), "--token", "x").err())
                    .contains("does not accept this token");
        }
    }

    @Test
    void silence_and_nonsense_are_told_apart() {
        assertThat(Belay.run("events", "--url", "http://127.0.0.1:1").code()).isEqualTo(3);
        try (FakeApi api = new FakeApi(200, "<html>")) {
            Belay.Ran ran = Belay.run("events", "--url", api.url());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err()).contains("not JSON");
        }
    }

    @Test
    void wrong_usage_is_code_two_and_no_stack_trace() {
        for (String[] wrong :
                new String[][] {
                    {"evnts"},
                    {"events", "--nope"},
                    {"events", "show"},
                    {"events", "--since", "yesterday"},
                    {"events", "--url", "localhost:8080"},
                    {"replay"},
                    {"replay", "evt_1", "--status", "dead"},
                    {"sources", "--token", "env:NOT_SET"},
                }) {
            Belay.Ran ran = Belay.run(wrong);
            assertThat(ran.code()).as(String.join(" ", wrong)).isEqualTo(2);
            assertThat(ran.err()).doesNotContain("\tat ").isNotBlank();
        }
    }

    @Test
    void replaying_by_filter_only_counts_until_yes_is_said() {
        try (FakeApi api = new FakeApi(200, "{\"matched\":3,\"replayed\":3}")) {
            String[] common = {"replay", "--url", api.url(), "--destination", "reviewer"};
            Belay.Ran counted = Belay.run(common);
            assertThat(counted.out()).contains("3 deliveries would be made");
            assertThat(api.seen().getFirst().text())
                    .contains("\"dry_run\":true")
                    .contains("\"status\":\"dead\"");
            Belay.run("replay", "--url", api.url(), "--destination", "reviewer", "--yes");
            assertThat(api.seen().getLast().text()).contains("\"dry_run\":false");
            assertThat(api.seen()).hasSize(2);
        }
    }

    @Test
    void one_delivery_is_replayed_by_its_id() {
        try (FakeApi api = new FakeApi(200, "{\"id\":\"dlv_0000000000001_1\"}")) {
            Belay.Ran ran = Belay.run("replay", "dlv_0000000000001_0", "--url", api.url());
            assertThat(ran.out()).contains("dlv_0000000000001_1");
            assertThat(api.seen().getFirst().uri())
                    .isEqualTo("/v1/deliveries/dlv_0000000000001_0/replay");
        }
    }

    @Test
    void a_destination_is_paused_by_its_name_whatever_is_in_it() {
        try (FakeApi api = new FakeApi(200, "{}")) {
            Belay.run("destinations", "pause", "a/../b c", "--url", api.url());
            assertThat(api.seen().getFirst().uri())
                    .isEqualTo("/v1/destinations/a%2F..%2Fb%20c/pause");
        }
    }

    @Test
    void the_cursor_of_a_longer_list_is_told() {
        try (FakeApi api =
                new FakeApi(200, "{\"data\":[{\"id\":\"x\"}],\"next_cursor\":\"abc\"}")) {
            assertThat(Belay.run("deliveries", "--url", api.url()).err()).contains("--cursor abc");
        }
    }

    @Test
    void doctor_finds_a_gateway_that_is_not_ready() {
        try (FakeApi api = new FakeApi(503, "{\"ready\":false}")) {
            Belay.Ran ran = Belay.run("doctor", "--url", api.url());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out()).contains("FAIL  ready");
        }
    }

    @Test
    void check_says_all_that_is_wrong_and_where(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("belay.yaml");
        Files.writeString(
                file,
                """
                sources:
                  a: { scheme: github, secrets: [env:NOT_SET], colour: red }
                """);
        Belay.Ran ran = Belay.run("check", "--config", file.toString());
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).contains("NOT_SET").contains("colour");
        assertThat(Belay.run(Map.of("NOT_SET", "now"), "check", "--config", file + "").out())
                .doesNotContain("NOT_SET");
    }

    @Test
    void apply_puts_the_whole_file_with_its_secrets_as_written(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("belay.yaml");
        Files.writeString(
                file,
                """
                sources:
                  a: { scheme: github, secrets: [env:GITHUB_SECRET] }
                """);
        try (FakeApi api = new FakeApi(200, "{}")) {
            Belay.Ran ran =
                    Belay.run(
                            Map.of("GITHUB_SECRET", "hidden"),
                            "apply",
                            "--config",
                            file.toString(),
                            "--url",
                            api.url());
            assertThat(ran.err()).isEmpty();
            assertThat(api.seen().getFirst().method()).isEqualTo("PUT");
            assertThat(api.seen().getFirst().uri()).isEqualTo("/v1/catalog");
            assertThat(api.seen().getFirst().text())
                    .contains("env:GITHUB_SECRET")
                    .doesNotContain("hidden");
        }
    }

    @Test
    void apply_of_a_wrong_file_sends_nothing(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("belay.yaml");
        Files.writeString(file, "sources: { a: { scheme: nope } }");
        try (FakeApi api = new FakeApi(200, "{}")) {
            assertThat(Belay.run("apply", "--config", file + "", "--url", api.url()).code())
                    .isEqualTo(2);
            assertThat(api.seen()).isEmpty();
        }
    }

    @Test
    void every_command_explains_itself() {
        Belay.Ran all = Belay.run("--help");
        assertThat(all.code()).isZero();
        for (String command :
                new String[] {
                    "send",
                    "events",
                    "deliveries",
                    "dead-letters",
                    "replay",
                    "sources",
                    "destinations",
                    "doctor",
                    "version"
                }) {
            assertThat(all.out()).contains(command);
            assertThat(Belay.run(command, "--help").code()).isZero();
        }
    }
}
