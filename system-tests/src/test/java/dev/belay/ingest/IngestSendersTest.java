package dev.belay.ingest;

import static dev.belay.ingest.Door.SECRET;
import static dev.belay.ingest.Door.catalog;
import static dev.belay.ingest.Door.forged;
import static dev.belay.ingest.Door.source;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.DedupeRule;
import dev.belay.catalog.InboundLimits;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.SourceSecrets;
import dev.belay.signature.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What senders may spend, how long old secrets last, and when a repeat is an event of its own.
class IngestSendersTest {
    private static final Secret OLD = Secret.of("the-old-secret");
    private static final RateLimit TWO_AT_ONCE = new RateLimit(1, 2);

    private static Door door(InboundLimits limits) {
        return new Door(catalog(source("github", SECRET).with(limits)));
    }

    private static InboundRequest from(String address, InboundRequest request) {
        return new InboundRequest(
                request.source(),
                request.method(),
                request.url(),
                request.headers(),
                request.body(),
                address);
    }

    @Test
    void genuine_requests_beyond_the_rate_are_put_off_and_not_stored() {
        Door door = door(new InboundLimits(1_000, TWO_AT_ONCE, null));
        door.accepted(door.signed("github", "{}", SECRET, "1"));
        door.accepted(door.signed("github", "{}", SECRET, "2"));
        InboundRequest third = door.signed("github", "{}", SECRET, "3");
        assertThat(door.receive(third)).isEqualTo(new Receipt.TooMany(Duration.ofSeconds(1)));
        assertThat(door.journal.appends).hasSize(2);
        door.time.advance(Duration.ofSeconds(1));
        door.accepted(third);
    }

    @Test
    void bad_signatures_spend_nothing_of_a_senders_rate() {
        Door door = door(new InboundLimits(1_000, TWO_AT_ONCE, TWO_AT_ONCE));
        InboundRequest genuine = door.signed("github", "{}", SECRET, "1");
        for (int i = 0; i < 10; i++) {
            assertThat(door.receive(forged(genuine, "{\"n\":" + i + "}")))
                    .isEqualTo(new Receipt.Rejected());
        }
        door.accepted(genuine);
    }

    @Test
    void each_address_has_a_rate_of_its_own() {
        Door door = door(new InboundLimits(1_000, null, TWO_AT_ONCE));
        door.accepted(from("192.0.2.1", door.signed("github", "{}", SECRET, "1")));
        door.accepted(from("192.0.2.1", door.signed("github", "{}", SECRET, "2")));
        InboundRequest third = door.signed("github", "{}", SECRET, "3");
        assertThat(door.receive(from("192.0.2.1", third))).isInstanceOf(Receipt.TooMany.class);
        door.accepted(from("192.0.2.2", third));
    }

    @Test
    void a_request_that_one_rate_puts_off_spends_nothing_of_the_other() {
        Door door = door(new InboundLimits(1_000, new RateLimit(0.001, 3), new RateLimit(1, 1)));
        door.accepted(from("192.0.2.1", door.signed("github", "{}", SECRET, "1")));
        for (int i = 0; i < 5; i++) {
            assertThat(door.receive(from("192.0.2.1", door.signed("github", "{}", SECRET, "2"))))
                    .isInstanceOf(Receipt.TooMany.class);
        }
        door.accepted(from("192.0.2.2", door.signed("github", "{}", SECRET, "2")));
        door.accepted(from("192.0.2.3", door.signed("github", "{}", SECRET, "3")));
    }

    @Test
    void a_flood_of_bad_signatures_is_put_off_and_no_longer_kept_but_genuine_ones_get_in() {
        Door door = new Door(catalog(source("github", SECRET)));
        InboundRequest genuine = door.signed("github", "{}", SECRET, "1");
        int allowed = IngestLimits.DEFAULT_REJECTS.burst();
        for (int i = 0; i < allowed; i++) {
            assertThat(door.receive(forged(genuine, "{\"n\":" + i + "}")))
                    .isEqualTo(new Receipt.Rejected());
        }
        assertThat(door.receive(forged(genuine, "one too many")))
                .isEqualTo(new Receipt.TooMany(Duration.ofSeconds(1)));
        assertThat(door.reasons()).hasSize(allowed);
        assertThat(door.receive(from("198.51.100.9", forged(genuine, "from elsewhere"))))
                .isEqualTo(new Receipt.Rejected());
        door.accepted(genuine);
    }

    @Test
    void an_old_secret_is_accepted_until_its_time_and_not_after() {
        Door door =
                new Door(
                        catalog(
                                source("github")
                                        .with(
                                                new SourceSecrets(
                                                        List.of(SECRET),
                                                        List.of(
                                                                new SourceSecrets.Retiring(
                                                                        OLD,
                                                                        Door.NOW.plusSeconds(60))),
                                                        null))));
        door.time.advance(Duration.ofMillis(59_999));
        door.accepted(door.signed("github", "{}", OLD, "1"));
        door.time.advance(Duration.ofMillis(1));
        assertThat(door.receive(door.signed("github", "{}", OLD, "2")))
                .isEqualTo(new Receipt.Rejected());
        door.accepted(door.signed("github", "{}", SECRET, "3"));
    }

    @Test
    void where_repeats_are_taken_a_known_id_is_an_event_of_its_own() {
        Door door =
                new Door(
                        catalog(
                                source("github", SECRET)
                                        .with(new DedupeRule(Duration.ofDays(7), true))));
        InboundRequest push = door.signed("github", "{}", SECRET, "1");
        Receipt.Accepted first = door.accepted(push);
        Receipt.Accepted again = door.accepted(push);
        assertThat(again.event()).isNotEqualTo(first.event());
        assertThat(door.stored(again).externalId()).isEqualTo(door.stored(first).externalId());
    }
}
