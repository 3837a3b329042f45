package dev.belay.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The written forms of [EventId] and [DeliveryId].
class EventIdTest {
    private static final EventId EVENT = new EventId(0x0123_4567_89ab_cdefL);
    private static final String DIGITS = EVENT.toString().substring(4);

    @Test
    void an_event_id_is_read_as_it_is_written() {
        assertThat(EVENT.toString()).matches("evt_[0-9a-z]{13}");
        assertThat(EventId.parse(EVENT.toString())).contains(EVENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "evt_", "evt_0", "EVT_0000000000000", "dlv_0000000000000", "0"})
    void other_texts_are_no_event_ids(String text) {
        assertThat(EventId.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99_999, DeliveryId.MAX_ORDINAL})
    void a_delivery_id_names_its_event_and_is_read_as_it_is_written(int ordinal) {
        DeliveryId id = new DeliveryId(EVENT, ordinal);
        assertThat(id).hasToString("dlv_" + DIGITS + "_" + ordinal);
        assertThat(DeliveryId.parse(id.toString())).contains(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "_", "_00", "_01", "_-1", "_+1", "_1x", "_1000000", "-1", "_٣", "_ 1"})
    void other_texts_are_no_delivery_ids(String end) {
        assertThat(DeliveryId.parse("dlv_" + DIGITS + end)).isEmpty();
        assertThat(DeliveryId.parse("evt_" + DIGITS + "_0")).isEmpty();
        assertThat(DeliveryId.parse("dlv_8" + DIGITS.substring(1) + "_0")).isEmpty();
    }

    @Test
    void deliveries_lie_beside_each_other_in_the_order_of_their_events() {
        DeliveryId first = new DeliveryId(EVENT, 2);
        DeliveryId second = new DeliveryId(EVENT, 10);
        DeliveryId ofTheNext = new DeliveryId(new EventId(EVENT.value() + 1), 0);
        assertThat(first).isLessThan(second);
        assertThat(second).isLessThan(ofTheNext);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, DeliveryId.MAX_ORDINAL + 1})
    void an_ordinal_has_a_range(int ordinal) {
        assertThatThrownBy(() -> new DeliveryId(EVENT, ordinal))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
