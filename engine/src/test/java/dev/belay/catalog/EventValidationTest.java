package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signature.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventValidationTest {
    private static final String SCHEMA =
            """
            {"type":"object","required":["id","data"],
             "properties":{"id":{"type":"string","pattern":"^evt_[a-z0-9]+$"},
                           "data":{"$ref":"#/$defs/data"},
                           "note":{"type":["string","null"]}},
             "$defs":{"data":{"type":"object","properties":{"amount":{"type":"number","minimum":0}}}}}
            """;

    private static Event event(String body) {
        return new Event(
                new EventId(1),
                "shop",
                null,
                null,
                Instant.EPOCH,
                Headers.empty(),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void required_pointers_must_lead_to_something() {
        var validation = new EventValidation(List.of("/id", "/data/items/0/sku"), null);

        assertThat(
                        validation.problemWith(
                                event("{\"id\":1,\"data\":{\"items\":[{\"sku\":\"\"}]}}")))
                .isEmpty();
        assertThat(validation.problemWith(event("{\"id\":1,\"data\":{\"items\":[]}}")))
                .contains("required but absent: /data/items/0/sku");
        assertThat(validation.problemWith(event("{\"id\":null}")))
                .contains("required but absent: /id");
        assertThat(validation.problemWith(event("[1]"))).isPresent();
    }

    @Test
    void what_is_no_json_is_invalid() {
        var validation = new EventValidation(List.of(), null);
        assertThat(validation.problemWith(event("{}"))).isEmpty();
        assertThat(validation.problemWith(event("a=b"))).contains("the body is not JSON");
        assertThat(validation.problemWith(event("{\"a\":1,\"a\":1}"))).isPresent();
    }

    @Test
    void a_schema_is_checked_and_the_problem_names_no_value() {
        var validation = new EventValidation(List.of(), SCHEMA);

        assertThat(
                        validation.problemWith(
                                event("{\"id\":\"evt_1\",\"data\":{\"amount\":1},\"note\":null}")))
                .isEmpty();
        assertThat(validation.problemWith(event("{\"id\":\"evt_1\"}")))
                .hasValueSatisfying(p -> assertThat(p).contains("required").contains("data"));
        Optional<String> problem =
                validation.problemWith(event("{\"id\":\"secret!\",\"data\":{}}"));
        assertThat(problem)
                .hasValueSatisfying(p -> assertThat(p).contains("/id").contains("pattern"))
                .hasValueSatisfying(p -> assertThat(p).doesNotContain("secret"));
        assertThat(validation.problemWith(event("{\"id\":\"evt_1\",\"data\":{\"amount\":-1}}")))
                .hasValueSatisfying(p -> assertThat(p).contains("/data/amount"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"$ref\":\"http://127.0.0.1:1/schema.json\"}",
                "{\"$ref\":\"file:///etc/hosts\"}",
                "{\"properties\":{\"a\":{\"pattern\":\"(\"}}}",
                "{\"$schema\":\"http://127.0.0.1:1/meta\"}",
            })
    void an_unusable_schema_is_refused_when_declared(String schema) {
        assertThatThrownBy(() -> new EventValidation(List.of(), schema))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_malformed_pointer_is_refused_when_declared() {
        assertThatThrownBy(() -> new EventValidation(List.of("id"), null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
