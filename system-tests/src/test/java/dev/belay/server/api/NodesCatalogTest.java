package dev.belay.server.api;

import static dev.belay.NodesOnDatabase.NEVER;
import static dev.belay.NodesOnDatabase.OFTEN;
import static dev.belay.NodesOnDatabase.await;
import static dev.belay.NodesOnDatabase.publish;
import static dev.belay.NodesOnDatabase.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Gateway;
import dev.belay.NodesOnDatabase;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.server.config.Entries;
import dev.belay.server.config.SecretReferences;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One catalogue on several nodes. But where it says otherwise, these never look by themselves.
class NodesCatalogTest {
    private static final String DESTINATION =
            "{\"url\":\"http://127.0.0.1:1/\",\"allow-private\":[\"127.0.0.1/32\"]}";

    @TempDir private Path directory;
    private NodesOnDatabase nodes;

    @BeforeEach
    void opens() {
        nodes = new NodesOnDatabase(directory);
    }

    @AfterEach
    void closes() {
        nodes.close();
    }

    /// A gateway and its catalogue, wired as the server does it.
    private final class Node {
        final Gateway gateway;
        final LiveCatalog catalog;
        final BlockingQueue<LiveCatalog.Change> reloads = new LinkedBlockingQueue<>();

        Node(Gateway gateway, Map<String, String> environment, Declaration... file) {
            this.gateway = gateway;
            catalog =
                    new LiveCatalog(
                            gateway, new Entries(new SecretReferences(environment, directory)));
            assertThat(catalog.replaceFile(List.of(file))).isEqualTo(new LiveCatalog.Change.Done());
            gateway.onDeclarations(() -> reloads.add(catalog.reload()));
        }

        boolean knows(String destination) {
            return gateway.catalog().destination(destination) != null;
        }

        void puts(String kind, String name, String json) {
            assertThat(catalog.put(new Declaration.Key(kind, name), json))
                    .isEqualTo(new LiveCatalog.Change.Done());
        }

        void putsDestination(String name) {
            puts("destination", name, DESTINATION);
            puts("subscription", name, subscription(name));
        }

        void removesDestination(String name) {
            for (String kind : List.of("subscription", "destination")) {
                assertThat(catalog.remove(new Declaration.Key(kind, name)))
                        .isEqualTo(new LiveCatalog.Change.Done());
            }
        }

        /// An event that waits for a destination of the same name as its type.
        EventId waits(String destination) {
            gateway.pause(destination);
            EventId event = publish(gateway, destination);
            assertThat(state(gateway, event)).isInstanceOf(DeliveryState.Due.class);
            return event;
        }
    }

    private Node node(String name, Declaration... file) {
        return new Node(nodes.open(name, NEVER), Map.of(), file);
    }

    private static String subscription(String destination) {
        return "{\"source\":\"api\",\"destination\":\"%s\",\"types\":[\"%s\"]}"
                .formatted(destination, destination);
    }

    private static Declaration inFile(String kind, String name, String json) {
        return new Declaration(new Declaration.Key(kind, name), LiveCatalog.FILE, json);
    }

    private static Declaration[] fileOf(String... destinations) {
        Declaration[] file = new Declaration[2 * destinations.length];
        for (int i = 0; i < destinations.length; i++) {
            String name = destinations[i];
            file[2 * i] = inFile("destination", name, DESTINATION);
            file[2 * i + 1] = inFile("subscription", name, subscription(name));
        }
        return file;
    }

    private static boolean isBuried(Gateway gateway, EventId event) {
        return state(gateway, event) instanceof DeliveryState.Dead(_, DeadReason reason)
                && reason == DeadReason.DESTINATION_REMOVED;
    }

    /// Waits until a node that looks often has looked at everything that waits, and made whatever
    /// dead letters it wants to: it has when it has buried two things, one after the other, that it
    /// only finds by looking.
    private static void looksAtAll(Gateway looking, Gateway other) {
        for (String type : List.of("mark1", "mark2")) {
            Set<String> before = other.catalog().destinations().keySet();
            other.on(Event.PUBLISHED_SOURCE, type, (event, context) -> {});
            Set<String> handlers = new HashSet<>(other.catalog().destinations().keySet());
            handlers.removeAll(before);
            String handler = handlers.iterator().next();
            other.pause(handler);
            looking.bury(handler);
            EventId mark = publish(other, type);
            await(() -> isBuried(other, mark));
        }
    }

    @Test
    void what_one_node_puts_and_removes_through_the_api_is_so_on_the_other() {
        Node one = node("one");
        Node two = node("two");
        one.putsDestination("d");
        await(() -> two.gateway.catalog().subscription("d") != null);
        assertThat(two.knows("d")).isTrue();
        one.removesDestination("d");
        await(() -> !two.knows("d"));
    }

    @Test
    void a_node_that_hears_nothing_finds_what_was_declared_at_its_next_look() {
        Node one = node("one");
        Node deaf = new Node(nodes.deaf("deaf", OFTEN), Map.of());
        one.putsDestination("d");
        await(() -> deaf.knows("d"));
    }

    @Test
    void a_file_applied_on_one_node_is_in_force_on_the_other_beside_what_that_ones_own_file_has() {
        Node one = node("one", fileOf("both", "own"));
        Node two = node("two", fileOf("both", "own"));
        assertThat(one.catalog.replaceFile(List.of(fileOf("both", "new"))))
                .isEqualTo(new LiveCatalog.Change.Done());
        assertThat(one.gateway.catalog().destinations()).containsOnlyKeys("both", "new");
        await(() -> two.knows("new"));
        assertThat(two.gateway.catalog().destinations()).containsOnlyKeys("both", "new", "own");
        assertThat(two.catalog.remove(new Declaration.Key("destination", "own")))
                .isEqualTo(new LiveCatalog.Change.InFile());
    }

    @Test
    void what_waits_for_a_destination_removed_through_the_api_becomes_dead_letters() {
        Node one = node("one");
        Node two = node("two");
        one.putsDestination("d");
        await(() -> two.gateway.catalog().subscription("d") != null);
        EventId waits = two.waits("d");
        one.removesDestination("d");
        await(() -> isBuried(two.gateway, waits));
    }

    @Test
    void a_destination_that_is_gone_from_one_nodes_file_is_not_buried() {
        Node one = new Node(nodes.open("one", OFTEN), Map.of(), fileOf("d"));
        Node two = node("two", fileOf("d"));
        EventId waits = two.waits("d");
        assertThat(one.catalog.replaceFile(List.of())).isEqualTo(new LiveCatalog.Change.Done());
        assertThat(one.gateway.catalog().destination("d")).isNull();
        looksAtAll(one.gateway, two.gateway);
        assertThat(state(two.gateway, waits)).isInstanceOf(DeliveryState.Due.class);
        assertThat(two.knows("d")).isTrue();
    }

    @Test
    void
            a_destination_that_another_node_has_declared_again_is_not_buried_by_a_node_that_missed_it() {
        Node one = node("one");
        one.putsDestination("d");
        Gateway late = nodes.deaf("late", OFTEN);
        // As if it had heard of a removal, and of nothing since.
        late.bury("d");
        EventId waits = one.waits("d");
        looksAtAll(late, one.gateway);
        assertThat(state(one.gateway, waits)).isInstanceOf(DeliveryState.Due.class);
    }

    @Test
    void what_comes_for_a_destination_that_is_declared_again_is_not_buried_by_whoever_removed_it() {
        Node one = new Node(nodes.open("one", OFTEN), Map.of());
        Node two = node("two");
        one.putsDestination("d");
        one.removesDestination("d");
        two.putsDestination("d");
        EventId waits = two.waits("d");
        await(() -> one.knows("d"));
        looksAtAll(one.gateway, two.gateway);
        assertThat(state(two.gateway, waits)).isInstanceOf(DeliveryState.Due.class);
    }

    @Test
    void what_a_node_cannot_put_in_force_leaves_it_as_it_was() throws Exception {
        Node one = new Node(nodes.open("one", NEVER), Map.of("KEY", "s3cret"));
        Node two = node("two");
        two.reloads.clear();
        one.puts("source", "s", "{\"scheme\":\"github\",\"secrets\":[\"env:KEY\"]}");
        LiveCatalog.Change change = two.reloads.poll(1, TimeUnit.MINUTES);
        while (change instanceof LiveCatalog.Change.Done) {
            change = two.reloads.poll(1, TimeUnit.MINUTES);
        }
        assertThat(change).isInstanceOf(LiveCatalog.Change.Invalid.class);
        assertThat(two.gateway.catalog().source("s")).isNull();
        assertThat(one.gateway.catalog().source("s")).isNotNull();
    }
}
