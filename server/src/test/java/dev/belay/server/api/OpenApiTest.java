package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.ApiContract;
import dev.belay.server.RunningServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The document says what is served: no route, parameter or field more or less.
final class OpenApiTest {
    private static final JsonNode DOCUMENT = ApiContract.DOCUMENT;
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options");

    @TempDir private Path directory;

    private static void eachOperation(BiConsumer<String, JsonNode> consumer) {
        DOCUMENT.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                operation ->
                                                        consumer.accept(
                                                                operation.getKey()
                                                                        + " "
                                                                        + path.getKey(),
                                                                operation.getValue())));
    }

    @Test
    void the_routes_documented_are_the_routes_served() {
        Set<String> documented = new TreeSet<>();
        eachOperation(
                (where, operation) -> {
                    assertThat(METHODS).contains(where.substring(0, where.indexOf(' ')));
                    documented.add(where.toLowerCase(java.util.Locale.ROOT));
                });
        try (RunningServer server = RunningServer.start(directory)) {
            assertThat(
                            server.routes().stream()
                                    .map(r -> (r.method() + " " + r.template()))
                                    .map(text -> text.toLowerCase(java.util.Locale.ROOT)))
                    .containsExactlyInAnyOrderElementsOf(documented);
        }
    }

    @Test
    void every_reference_leads_somewhere_and_nothing_is_left_over() {
        Set<String> used = new TreeSet<>();
        for (JsonNode reference : DOCUMENT.findValues("$ref")) {
            assertThat(
                            ApiContract.resolve(
                                            ApiContract.JSON
                                                    .createObjectNode()
                                                    .set("$ref", reference))
                                    .isMissingNode())
                    .as(reference.asString())
                    .isFalse();
            used.add(reference.asString());
        }
        for (String kind : List.of("schemas", "parameters", "responses")) {
            for (String name : DOCUMENT.path("components").path(kind).propertyNames()) {
                assertThat(used).contains("#/components/" + kind + "/" + name);
            }
        }
    }

    @Test
    void every_operation_has_a_name_of_its_own_and_declares_its_path_parameters() {
        List<String> names = new ArrayList<>();
        eachOperation(
                (where, operation) -> {
                    names.add(operation.path("operationId").asString());
                    assertThat(operation.path("summary").asString("")).as(where).isNotEmpty();
                    Set<String> inPath =
                            Arrays.stream(where.split("/", -1))
                                    .filter(part -> part.startsWith("{"))
                                    .map(part -> part.substring(1, part.length() - 1))
                                    .collect(Collectors.toSet());
                    assertThat(parameters(operation, "path"))
                            .as(where)
                            .containsExactlyInAnyOrderElementsOf(inPath);
                });
        assertThat(names).doesNotHaveDuplicates().doesNotContain("");
    }

    private static Set<String> parameters(JsonNode operation, String in) {
        Set<String> names = new TreeSet<>();
        for (JsonNode entry : operation.path("parameters")) {
            JsonNode parameter = ApiContract.resolve(entry);
            if (parameter.path("in").asString().equals(in)) {
                names.add(parameter.path("name").asString());
            }
        }
        return names;
    }

    @Test
    void every_example_is_valid_under_its_schema() {
        List<String> checked = new ArrayList<>();
        for (JsonNode holder : DOCUMENT.findParents("schema")) {
            if (holder.has("example") && !holder.has("in")) {
                check(holder.path("schema"), holder.path("example"), checked);
            }
        }
        for (JsonNode schema : DOCUMENT.at("/components/schemas")) {
            schema.path("examples").forEach(example -> check(schema, example, checked));
        }
        assertThat(checked).hasSizeGreaterThan(30);
    }

    private static void check(JsonNode schema, JsonNode example, List<String> checked) {
        // An answer's JSON has objects and arrays at its top; so has the validator.
        JsonNode wrapped = ApiContract.JSON.createObjectNode().set("value", example);
        JsonNode wrapping =
                ApiContract.JSON
                        .createObjectNode()
                        .set(
                                "properties",
                                ApiContract.JSON.createObjectNode().set("value", schema));
        assertThat(ApiContract.problemWith(wrapping, ApiContract.JSON.writeValueAsBytes(wrapped)))
                .as(example.toString())
                .isNull();
        checked.add(example.toString());
    }

    /// The server names the parameters it knows when it meets one it does not.
    @Test
    void the_parameters_documented_are_the_parameters_read() {
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"none\"}");
            eachOperation(
                    (where, operation) -> {
                        String path = where.substring(where.indexOf(' ') + 1);
                        if (!where.startsWith("get ") || !path.startsWith("/v1/")) {
                            return;
                        }
                        RunningServer.Answer answer =
                                server.get(
                                        path.replace("{name}", "shop").replace("{id}", "x")
                                                + "?nope=1");
                        assertThat(answer.status()).as(where).isEqualTo(422);
                        String detail = answer.at("/errors/0/detail").asString();
                        int known = detail.indexOf("known: ");
                        Set<String> read =
                                known < 0
                                        ? Set.of()
                                        : Set.of(
                                                detail.substring(known + "known: ".length())
                                                        .split(", ", -1));
                        assertThat(read)
                                .as(where)
                                .containsExactlyInAnyOrderElementsOf(
                                        parameters(operation, "query"));
                    });
        }
    }

    @Test
    void the_fields_documented_of_an_entry_are_the_fields_read() {
        try (RunningServer server = RunningServer.start(directory)) {
            for (String kind : List.of("Source", "Destination", "Subscription")) {
                RunningServer.Answer answer =
                        server.call(
                                "PUT",
                                "/v1/" + kind.toLowerCase(java.util.Locale.ROOT) + "s/x",
                                "{\"nope\":1}");
                String detail =
                        answer.json()
                                .path("errors")
                                .valueStream()
                                .filter(e -> e.path("pointer").asString().equals("/nope"))
                                .findFirst()
                                .orElseThrow()
                                .path("detail")
                                .asString();
                assertThat(
                                detail.substring(detail.indexOf("known: ") + "known: ".length())
                                        .split(", ", -1))
                        .containsExactlyInAnyOrderElementsOf(
                                DOCUMENT.at("/components/schemas/" + kind + "Entry/properties")
                                        .propertyNames());
            }
        }
    }

    @Test
    void it_is_readable_without_a_token() {
        try (RunningServer server = RunningServer.start(directory)) {
            RunningServer.Answer answer = server.send("GET", "/v1/openapi.json", new byte[0]);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.at("/openapi").asString()).startsWith("3.1");
            assertThat(answer.at("/components/securitySchemes/token/scheme").asString())
                    .isEqualTo("bearer");
        }
    }
}
