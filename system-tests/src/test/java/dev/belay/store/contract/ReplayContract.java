package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.ingest.EventJournal.Redelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Replays add deliveries and leave history alone.
interface ReplayContract extends Contract {
    @Test
    default void a_replay_is_a_new_delivery_and_the_old_one_stays_as_it_is() {
        Delivery claimed = stock().leased("agent");
        stock().settle(claimed, new Settlement.GiveUp(DeadReason.REFUSED));
        Delivery old = stock().stands(claimed.id());
        List<Attempt> attempts = stock().ports().history().attempts(old.id());
        stock().advance(Duration.ofHours(1));

        List<Delivery> created = replay(again(old));

        Delivery expected =
                new Delivery(
                        new DeliveryId(old.id().event(), 1),
                        "agent",
                        "to-agent",
                        stock().now(),
                        0,
                        0,
                        old.id(),
                        new DeliveryState.Due(stock().now()));
        assertThat(created).containsExactly(expected);
        reopen();
        assertThat(stock().ports().history().deliveriesOf(old.id().event()))
                .containsExactly(old, expected);
        assertThat(stock().ports().history().attempts(old.id())).isEqualTo(attempts);
        assertThat(stock().ports().history().attempts(expected.id())).isEmpty();

        Delivery replayed = stock().claim("agent", 10).getFirst();
        assertThat(replayed.id()).isEqualTo(expected.id());
        assertThat(replayed.replayOf()).isEqualTo(old.id());
        stock().settle(replayed, new Settlement.Complete());
        assertThat(stock().stands(replayed.id()).replayOf()).isEqualTo(old.id());
        assertThat(stock().stands(old.id())).isEqualTo(old);
    }

    @Test
    default void ordinals_follow_those_in_use_whether_finished_or_not() {
        Delivery dead = stock().dead("agent", DeadReason.REFUSED);
        Delivery other = stock().dead("agent", DeadReason.REFUSED);
        List<Delivery> created = replay(again(dead), again(other), again(dead));
        created.addAll(replay(again(dead)));
        assertThat(created)
                .extracting(Delivery::id)
                .containsExactly(
                        new DeliveryId(dead.id().event(), 1),
                        new DeliveryId(other.id().event(), 1),
                        new DeliveryId(dead.id().event(), 2),
                        new DeliveryId(dead.id().event(), 3));
    }

    @Test
    default void events_that_are_not_there_are_passed_over() {
        Delivery dead = stock().dead("agent", DeadReason.REFUSED);
        EventId unknown = stock().id();
        NewDelivery lost =
                new NewDelivery("agent", "to-agent", null, new DeliveryState.Due(stock().now()));
        assertThat(replay(new Redelivery(unknown, lost), again(dead)))
                .extracting(Delivery::replayOf)
                .containsExactly(dead.id());
        assertThat(stock().ports().history().deliveriesOf(unknown)).isEmpty();
    }

    @Test
    default void a_replay_of_another_events_delivery_is_refused_and_nothing_is_made() {
        Delivery dead = stock().dead("agent", DeadReason.REFUSED);
        Delivery other = stock().dead("agent", DeadReason.REFUSED);
        Redelivery crossed = new Redelivery(other.id().event(), again(dead).delivery());
        assertThatThrownBy(
                        () ->
                                stock().ports()
                                        .journal()
                                        .replay(List.of(again(dead), crossed), stock().now())
                                        .join())
                .hasCauseInstanceOf(StoreFailure.class);
        assertThat(stock().ports().history().deliveriesOf(dead.id().event())).containsExactly(dead);
    }

    private Redelivery again(Delivery old) {
        return new Redelivery(
                old.id().event(),
                new NewDelivery(
                        old.destination(),
                        old.subscription(),
                        old.id(),
                        new DeliveryState.Due(stock().now())));
    }

    private List<Delivery> replay(Redelivery... redeliveries) {
        return new ArrayList<>(
                stock().ports().journal().replay(List.of(redeliveries), stock().now()).join());
    }
}
