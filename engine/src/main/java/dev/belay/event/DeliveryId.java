package dev.belay.event;

import java.util.Optional;

/// The id of a delivery: its event, and which of that event's deliveries it is. Written `dlv_`, the
/// event's 13 characters, `_` and the ordinal, such as `dlv_01j5k2m3n4p5q_0`. Deliveries of one
/// event therefore lie side by side wherever they are kept.
///
/// @param event the event delivered
/// @param ordinal 0 to [#MAX_ORDINAL]; originals first, replays after
public record DeliveryId(EventId event, int ordinal) implements Comparable<DeliveryId> {
    /// Most deliveries one event can have, replays included, less one.
    public static final int MAX_ORDINAL = 999_999;

    private static final String PREFIX = "dlv_";

    public DeliveryId {
        if (ordinal < 0 || ordinal > MAX_ORDINAL) {
            throw new IllegalArgumentException("ordinal out of range: " + ordinal);
        }
    }

    /// Reads the written form, or nothing when the text is not one.
    public static Optional<DeliveryId> parse(String text) {
        int ordinalAt = PREFIX.length() + Base32.LENGTH + 1;
        if (!text.startsWith(PREFIX)
                || text.length() <= ordinalAt
                || text.length() > ordinalAt + 6
                || text.charAt(ordinalAt - 1) != '_') {
            return Optional.empty();
        }
        long event = Base32.parse(text, PREFIX.length(), ordinalAt - 1);
        if (event < 0) {
            return Optional.empty();
        }
        int ordinal = 0;
        for (int i = ordinalAt; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || (i > ordinalAt && ordinal == 0)) {
                return Optional.empty();
            }
            ordinal = ordinal * 10 + digit;
        }
        return Optional.of(new DeliveryId(new EventId(event), ordinal));
    }

    @Override
    public int compareTo(DeliveryId other) {
        int byEvent = event.compareTo(other.event);
        return byEvent != 0 ? byEvent : Integer.compare(ordinal, other.ordinal);
    }

    @Override
    public String toString() {
        return PREFIX + Base32.format(event.value()) + "_" + ordinal;
    }
}
