package dev.belay;

import static dev.belay.NodesOnDatabase.NEVER;
import static dev.belay.NodesOnDatabase.OFTEN;
import static dev.belay.NodesOnDatabase.await;
import static dev.belay.NodesOnDatabase.publish;
import static dev.belay.NodesOnDatabase.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.Replays.Replayed;
import dev.belay.ingest.EventJournal.Redelivery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one node does, and the others hear of: those here never look by themselves, but for the one
/// that is deaf and has to.
class NodesWakeTest {
    private static final String HEARD =
            "SELECT count(*) FROM pg_stat_activity WHERE "
                    + "datname = current_database() AND application_name = 'belay-listen'";

    @TempDir private Path directory;
    private NodesOnDatabase nodes;
    private final BlockingQueue<EventId> handled = new LinkedBlockingQueue<>();

    @BeforeEach
    void opens() {
        nodes = new NodesOnDatabase(directory);
    }

    @AfterEach
    void closes() {
        nodes.close();
    }

    @Test
    void a_pause_and_a_resume_are_obeyed_by_the_node_that_was_not_asked() throws Exception {
        Gateway asked = nodes.open("asked", NEVER);
        Gateway other = nodes.open("other", NEVER);
        obeysPauseAndResume(asked, other);
    }

    @Test
    void a_node_that_hears_nothing_obeys_at_its_next_look() throws Exception {
        Gateway asked = nodes.open("asked", NEVER);
        Gateway deaf = nodes.deaf("deaf", OFTEN);
        obeysPauseAndResume(asked, deaf);
    }

    /// Only the other one has the handler, and only the one that is asked is told.
    private void obeysPauseAndResume(Gateway asked, Gateway other) throws Exception {
        String handler = handles(other);
        asked.pause(handler);
        EventId waits = waits(other);
        asked.resume(handler);
        awaitHandled(waits);
    }

    /// An event that this node leaves alone, as soon as it knows that the destination is paused.
    private static EventId waits(Gateway node) {
        AtomicReference<EventId> last = new AtomicReference<>(publish(node, "t"));
        await(
                () -> {
                    last.set(publish(node, "t"));
                    return state(node, last.get()) instanceof DeliveryState.Due;
                });
        return last.get();
    }

    @Test
    void a_replay_is_delivered_by_a_node_that_can_when_the_node_that_was_asked_cannot()
            throws Exception {
        Gateway asked = nodes.open("asked", NEVER, NodesWakeTest::claimingNothing);
        Gateway other = nodes.open("other", NEVER);
        handles(asked);
        handles(other);
        EventId event = publish(other, "t");
        awaitHandled(event);
        await(() -> state(other, event) instanceof DeliveryState.Delivered);

        Delivery delivered = asked.history().deliveriesOf(event).getFirst();
        assertThat(asked.replays().delivery(delivered.id())).isInstanceOf(Replayed.Done.class);
        awaitHandled(event);
    }

    @Test
    void what_was_missed_while_the_connection_was_down_is_found_when_it_is_back() throws Exception {
        Gateway node = nodes.open("node", NEVER);
        String handler = handles(node);
        EventId old = publish(node, "t");
        awaitHandled(old);
        await(() -> state(node, old) instanceof DeliveryState.Delivered);
        node.pause(handler);
        EventId waits = publish(node, "t");
        assertThat(state(node, waits)).isInstanceOf(DeliveryState.Due.class);

        // Changes that nobody tells of: a standing, and a delivery that is due.
        nodes.run(
                "DELETE FROM belay.standing",
                "UPDATE belay.fact SET value = value + 1 WHERE key = 'standings'");
        endListening();
        awaitHandled(waits);

        AtomicReference<Stores> silent = new AtomicReference<>();
        nodes.open(
                "silent",
                NEVER,
                stores -> {
                    silent.set(stores);
                    return stores;
                });
        replaySilently(silent.get(), node.history().deliveriesOf(old).getFirst());
        endListening();
        awaitHandled(old);
    }

    private static void replaySilently(Stores stores, Delivery old) {
        Instant now = Instant.now();
        List<Delivery> made =
                stores.journal()
                        .replay(
                                List.of(
                                        new Redelivery(
                                                old.id().event(),
                                                new NewDelivery(
                                                        old.destination(),
                                                        old.subscription(),
                                                        old.id(),
                                                        new DeliveryState.Due(now)))),
                                now)
                        .join();
        assertThat(made).hasSize(1);
    }

    /// Ends the connections on which nodes listen, once they do.
    private void endListening() {
        await(() -> number(HEARD) > 0);
        number(HEARD.replace("count(*)", "count(pg_terminate_backend(pid))"));
    }

    private long number(String sql) {
        return nodes.number(sql);
    }

    private String handles(Gateway gateway) {
        gateway.on(Event.PUBLISHED_SOURCE, "t", (event, context) -> handled.add(event.id()));
        return gateway.catalog().destinations().keySet().iterator().next();
    }

    private void awaitHandled(EventId event) throws InterruptedException {
        EventId next = handled.poll(1, TimeUnit.MINUTES);
        while (next != null && !next.equals(event)) {
            next = handled.poll(1, TimeUnit.MINUTES);
        }
        assertThat(next).isEqualTo(event);
    }

    /// The store of a node that finds nothing to claim.
    private static Stores claimingNothing(Stores stores) {
        DeliveryQueue queue =
                (DeliveryQueue)
                        Proxy.newProxyInstance(
                                DeliveryQueue.class.getClassLoader(),
                                new Class<?>[] {DeliveryQueue.class},
                                (_, method, arguments) -> {
                                    if (method.getName().equals("claim")) {
                                        return CompletableFuture.completedFuture(List.of());
                                    }
                                    try {
                                        return method.invoke(stores.queue(), arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        return new Stores(
                stores.journal(),
                queue,
                stores.history(),
                stores.catalog(),
                stores.wakeups(),
                stores.failure(),
                stores.close(),
                stores.node(),
                stores.warning(),
                stores.sharing());
    }
}
