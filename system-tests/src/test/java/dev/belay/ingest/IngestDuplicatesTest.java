package dev.belay.ingest;

import static dev.belay.ingest.Door.body;
import static dev.belay.ingest.Door.catalog;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.DedupeRule;
import dev.belay.catalog.InboundLimits;
import dev.belay.catalog.Source;
import dev.belay.catalog.SourceSecrets;
import dev.belay.event.Body;
import dev.belay.event.JsonFields;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.signature.Location;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How an event is named, and when two are the same.
class IngestDuplicatesTest {
    private static final Location ID_HEADER = new Location.Header("X-Id");
    private static final Location ID_FIELD = new Location.Pointer("/meta/id");
    private static final Location TYPE_HEADER = new Location.Header("X-Type");
    private static final Location TYPE_FIELD = new Location.Pointer("/type");

    private final Door door = new Door(catalog(shop("shop"), shop("other")));

    private static Source shop(String name) {
        return new Source(
                name,
                Door.provider("none"),
                SourceSecrets.NONE,
                List.of(ID_HEADER, ID_FIELD),
                List.of(TYPE_FIELD, TYPE_HEADER),
                new DedupeRule(Duration.ofHours(1), false),
                InboundLimits.ofBody(10_000));
    }

    private static InboundRequest request(String source, Headers headers, Body body) {
        return new InboundRequest(source, "POST", "", headers, body, "");
    }

    private static InboundRequest named(String id, String text) {
        return request("shop", Headers.of("X-Id", id), body(text));
    }

    private static InboundRequest unnamed(String text) {
        return request("shop", Headers.empty(), body(text));
    }

    private static Naming naming(Headers headers, String text) {
        return Naming.of(shop("shop"), request("shop", headers, body(text)));
    }

    @Test
    void id_and_type_are_taken_from_the_first_place_that_has_them() {
        String text = "{\"type\":\"order.paid\",\"meta\":{\"id\":17}}";
        assertThat(naming(Headers.of("x-id", " h-1 ", "X-Type", "t"), text))
                .isEqualTo(new Naming("h-1", "order.paid"));
        assertThat(naming(Headers.of("X-Type", "t"), text))
                .isEqualTo(new Naming("17", "order.paid"));
        assertThat(naming(Headers.of("X-Type", "t"), "not json")).isEqualTo(new Naming(null, "t"));
        assertThat(naming(Headers.empty(), "{}")).isEqualTo(new Naming(null, null));
    }

    @Test
    void an_unusable_name_counts_as_absent() {
        String long512 = "x".repeat(JsonFields.MAX_LENGTH);
        assertThat(naming(Headers.of("X-Id", long512), "").externalId()).isEqualTo(long512);
        for (String bad : List.of("", "  ", long512 + "x", "a\0b", "a\u007fb", "\ud800")) {
            assertThat(naming(Headers.of("X-Id", bad), "{\"meta\":{\"id\":\"f\"}}").externalId())
                    .isEqualTo("f");
        }
        // A name that can be read in two ways is none.
        assertThat(naming(Headers.empty(), "{\"type\":\"a\",\"type\":\"b\"}").type()).isNull();
    }

    @Test
    void a_copy_is_answered_with_the_first_id_and_stored_nowhere() {
        Receipt.Accepted first = door.accepted(named("1", "{}"));
        assertThat(door.duplicate(named("1", "{}")))
                .isEqualTo(new Receipt.Duplicate(first.event(), true, first.acknowledgement()));
        assertThat(door.journal.store.stats().events()).isEqualTo(1);
        assertThat(door.heard(Signal.Duplicate.class))
                .containsExactly(new Signal.Duplicate("shop", first.event(), true));
    }

    @Test
    void the_same_id_with_another_body_keeps_the_first_and_is_flagged() {
        Receipt.Accepted first = door.accepted(named("1", "{\"amount\":1}"));
        Receipt.Duplicate second = door.duplicate(named("1", "{\"amount\":100}"));
        assertThat(second.first()).isEqualTo(first.event());
        assertThat(second.sameBody()).isFalse();
        assertThat(door.stored(first).body()).isEqualTo(body("{\"amount\":1}"));
    }

    @Test
    void the_same_id_at_two_sources_is_two_events() {
        Receipt.Accepted one = door.accepted(named("1", "{}"));
        Receipt.Accepted other =
                door.accepted(request("other", Headers.of("X-Id", "1"), body("{}")));
        assertThat(other.event()).isNotEqualTo(one.event());
    }

    @Test
    void ids_differ_by_case_and_a_header_is_the_same_id_as_a_field() {
        Receipt.Accepted lower = door.accepted(named("a", "{}"));
        door.accepted(named("A", "{}"));
        assertThat(door.duplicate(unnamed("{\"meta\":{\"id\":\"a\"}}")).first())
                .isEqualTo(lower.event());
    }

    @Test
    void without_an_id_the_same_bytes_under_the_same_type_are_the_same_event() {
        Receipt.Accepted first = door.accepted(unnamed("{\"n\":1}"));
        assertThat(door.duplicate(unnamed("{\"n\":1}")).first()).isEqualTo(first.event());
        door.accepted(unnamed("{\"n\":1} "));
        door.accepted(request("shop", Headers.of("X-Type", "t"), body("{\"n\":1}")));
        door.accepted(named("1", "{\"n\":1}"));
    }

    @Test
    void an_id_is_remembered_for_the_window_and_no_longer() {
        Receipt.Accepted first = door.accepted(named("1", "{}"));
        door.time.advance(Duration.ofHours(1).minusMillis(1));
        door.duplicate(named("1", "{}"));
        door.time.advance(Duration.ofMillis(1));
        assertThat(door.accepted(named("1", "{}")).event()).isGreaterThan(first.event());
    }

    @Test
    void source_and_id_do_not_run_into_each_other() {
        assertThat(DedupeKey.of("shop", "1")).isEqualTo(DedupeKey.of("shop", "1"));
        assertThat(DedupeKey.of("shop", "1")).isNotEqualTo(DedupeKey.of("shop1", ""));
        assertThat(DedupeKey.of("a", "bc")).isNotEqualTo(DedupeKey.of("ab", "c"));
    }

    @Test
    void the_key_is_the_first_half_of_the_documented_hash() {
        // printf 'github\0' | cat - <(printf '72d3162e') | sha256sum
        DedupeKey key = DedupeKey.of("github", "72d3162e");
        byte[] hash = body("github\0" + "72d3162e").sha256();
        assertThat(java.nio.ByteBuffer.allocate(16).putLong(key.high()).putLong(key.low()).array())
                .isEqualTo(java.util.Arrays.copyOf(hash, 16));
    }
}
