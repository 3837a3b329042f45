package dev.belay.delivery;

import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.Notices.Happening;
import dev.belay.event.DeliveryId;
import dev.belay.signal.Signal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes the notices of the dead letters of one commit, and tells of them once it is durable.
final class Obituaries implements DeadNotices {
    private final Voice voice;
    private final Map<DeliveryId, Dead> dead = new LinkedHashMap<>();

    private record Dead(Delivery delivery, DeadReason reason, List<Notice> notices) {}

    Obituaries(Voice voice) {
        this.voice = voice;
    }

    /// Asked again when the commit is made again: the same notices then, not second ones.
    @Override
    public synchronized List<Notice> of(Delivery delivery, DeadReason reason) {
        return dead.computeIfAbsent(
                        delivery.id(),
                        id ->
                                new Dead(
                                        delivery,
                                        reason,
                                        voice.noticesOf(
                                                List.of(
                                                        new Happening.DeliveryDead(
                                                                delivery, reason, reason.word())))))
                .notices();
    }

    /// The commit is durable.
    synchronized void tell(Lanes lanes) {
        for (Dead one : dead.values()) {
            lanes.voice.say(
                    new Signal.DeadLettered(
                            one.delivery().id(),
                            one.delivery().destination(),
                            one.delivery().attempts(),
                            one.reason().word()));
            for (Notice notice : one.notices()) {
                notice.deliveries()
                        .forEach(due -> lanes.noteDueLater(due.destination(), lanes.now()));
            }
        }
    }
}
