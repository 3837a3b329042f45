package dev.belay.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
    private static Map<String, String> find(String json, String... pointers) {
        return find(json.getBytes(StandardCharsets.UTF_8), pointers);
    }

    private static Map<String, String> find(byte[] json, String... pointers) {
        return JsonFields.find(Body.of(json), List.of(pointers), JsonFields.MAX_LENGTH);
    }

    @Test
    void finds_scalars_at_any_depth_in_one_pass() {
        var found =
                find(
                        """
                        {"type":"order.paid","data":{"object":{"id":"ch_1"},"list":[{"n":7},{"n":8.50}]},"ok":true}
                        """,
                        "/type",
                        "/data/object/id",
                        "/data/list/1/n",
                        "/data/list/0/n",
                        "/ok",
                        "/nothing",
                        "/type/deeper");

        assertThat(found)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "/type", "order.paid",
                                "/data/object/id", "ch_1",
                                "/data/list/1/n", "8.50",
                                "/data/list/0/n", "7",
                                "/ok", "true"));
    }

    @Test
    void a_pointer_is_unescaped_and_a_name_as_well() {
        assertThat(find("{\"a/b\":{\"m~n\":1},\"\":2}", "/a~1b/m~0n", "/"))
                .containsEntry("/a~1b/m~0n", "1")
                .containsEntry("/", "2");
        assertThat(find("{\"\\u0069d\":\"x\"}", "/id")).containsEntry("/id", "x");
    }

    @Test
    void the_empty_pointer_is_the_whole_document() {
        assertThat(find("\"hello\"", "")).containsEntry("", "hello");
    }

    @Test
    void a_name_twice_on_the_path_yields_nothing_for_that_path_only() {
        String json = "{\"id\":\"a\",\"data\":{\"id\":1},\"id\":\"b\",\"type\":\"t\"}";
        assertThat(find(json, "/id", "/data/id", "/type"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("/data/id", "1", "/type", "t"));
        assertThat(find("{\"data\":{\"id\":1},\"data\":{}}", "/data/id")).isEmpty();
        assertThat(find("{\"id\":1,\"\\u0069d\":1}", "/id")).isEmpty();
    }

    @Test
    void the_same_name_elsewhere_is_no_ambiguity() {
        assertThat(find("{\"a\":{\"id\":1},\"b\":{\"id\":2}}", "/b/id"))
                .containsEntry("/b/id", "2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"id\":\"a\"",
                "{\"id\":\"a\"}}",
                "{\"id\":\"a\"}{\"id\":\"b\"}",
                "{\"id\":\"a\"} x",
                "{'id':'a'}",
                "{\"id\":\"a\",}",
                "{\"id\":\"a\",\"n\":NaN}",
                "{\"id\":\"a\",\"n\":01}",
                "// {}\n{\"id\":\"a\"}",
                "\uFEFF{\"id\":\"a\"}",
                "{\"id\":null}",
                "{\"id\":{}}",
                "{\"id\":[\"a\"]}",
                "{\"id\":\"\"}",
                "{\"id\":\"a\\u0000b\"}",
                "{\"id\":\"a\\r\\nX: y\"}",
                "{\"id\":\"\\ud800\"}",
                "{\"id\":\"\\udc00\\ud800\"}",
                "{\"id\":\"a\\u0085b\"}"
            })
    void whatever_leaves_room_for_doubt_yields_nothing(String json) {
        assertThat(find(json, "/id")).isEmpty();
    }

    @Test
    void a_value_longer_than_asked_for_is_not_used() {
        assertThat(find("{\"id\":\"" + "x".repeat(512) + "\"}", "/id")).hasSize(1);
        assertThat(find("{\"id\":\"" + "x".repeat(513) + "\"}", "/id")).isEmpty();
    }

    @Test
    void invalid_utf8_anywhere_yields_nothing() {
        byte[] json = "{\"id\":\"a\",\"x\":\"??\"}".getBytes(StandardCharsets.UTF_8);
        for (int[] pair : new int[][] {{0xC0, 0xAF}, {0xC3, '?'}, {0xFF, '?'}, {0xED, 0xA0}}) {
            byte[] bad = json.clone();
            bad[json.length - 4] = (byte) pair[0];
            bad[json.length - 3] = (byte) pair[1];
            assertThat(find(bad, "/id")).isEmpty();
        }
        assertThat(find("{\"id\":\"a\",\"x\":\"é€😀\"}", "/id")).containsEntry("/id", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE"})
    void other_encodings_yield_nothing(String charset) {
        assertThat(find("{\"id\":\"a\"}".getBytes(Charset.forName(charset)), "/id")).isEmpty();
    }

    @Test
    void nesting_beyond_the_limit_yields_nothing_and_never_overflows_the_stack() {
        assertThat(find(nested(63), "/id")).containsEntry("/id", "a");
        assertThat(find(nested(64), "/id")).isEmpty();
        assertThat(find("[".repeat(1 << 20), "/id")).isEmpty();
        assertThat(find("{\"a\":".repeat(1 << 18), "/a/a")).isEmpty();
    }

    private static String nested(int arrays) {
        return "{\"id\":\"a\",\"x\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
    }

    @Test
    void a_huge_number_costs_nothing() {
        assertThat(find("{\"id\":1e9000000,\"x\":1}", "/x", "/id"))
                .containsEntry("/x", "1")
                .containsEntry("/id", "1e9000000");
        assertThat(find("{\"id\":\"a\",\"n\":" + "9".repeat(1_000_000) + "}", "/id", "/n"))
                .isEmpty();
    }

    @Test
    void a_malformed_pointer_finds_nothing() {
        assertThat(find("{\"id\":\"a\"}", "id", "/id")).containsExactly(Map.entry("/id", "a"));
    }

    @Test
    void damaged_bytes_never_make_it_throw() {
        byte[] json =
                "{\"id\":\"evt_1\",\"data\":{\"list\":[1,2.5,{\"a\":\"é\\u00e9\"}],\"n\":null}}"
                        .getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(42);
        int stillFound = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] damaged = json.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            stillFound += find(damaged, "/id", "/data/list/2/a").size();
        }
        assertThat(stillFound).isPositive();
    }
}
