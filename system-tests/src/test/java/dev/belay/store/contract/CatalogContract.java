package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Standing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Declarations and standings are kept as they were given.
interface CatalogContract extends Contract {
    @Test
    default void declarations_are_kept_in_the_order_of_kind_and_name() {
        assertThat(stock().ports().catalog().declarations()).isEmpty();
        Declaration sub = declared("subscription", "a", "{}");
        Declaration late = declared("source", "z", "{\"text\": \"Zoë's \\u0000\"}");
        Declaration early = declared("source", "B", "");
        change(List.of(sub, late, early), List.of());
        reopen();
        assertThat(stock().ports().catalog().declarations()).containsExactly(early, late, sub);
    }

    @Test
    default void a_change_replaces_and_removes_in_one() {
        Declaration kept = declared("source", "kept", "1");
        change(
                List.of(kept, declared("source", "a", "1"), declared("source", "b", "1")),
                List.of());
        Declaration replaced = new Declaration(new Declaration.Key("source", "a"), "api", "2");
        change(
                List.of(replaced),
                List.of(
                        new Declaration.Key("source", "b"),
                        new Declaration.Key("source", "c"),
                        new Declaration.Key("other", "kept")));
        assertThat(stock().ports().catalog().declarations()).containsExactly(replaced, kept);
        change(List.of(), List.of(replaced.key(), kept.key()));
        assertThat(stock().ports().catalog().declarations()).isEmpty();
    }

    @Test
    default void what_is_put_and_removed_at_once_is_put() {
        Declaration put = declared("source", "a", "1");
        change(List.of(put), List.of(put.key()));
        assertThat(stock().ports().catalog().declarations()).containsExactly(put);
    }

    @Test
    default void a_standing_is_kept_until_the_destination_is_active_again() {
        Standing paused = new Standing(Standing.Mode.PAUSED, "moving house");
        Standing disabled = new Standing(Standing.Mode.DISABLED, "410");
        assertThat(stock().ports().catalog().standings()).isEmpty();
        stock().ports().catalog().setStanding("a", disabled);
        stock().ports().catalog().setStanding("a", paused);
        stock().ports().catalog().setStanding("b", disabled);
        reopen();
        assertThat(stock().ports().catalog().standings())
                .isEqualTo(Map.of("a", paused, "b", disabled));
        stock().ports().catalog().setStanding("a", Standing.ACTIVE);
        stock().ports().catalog().setStanding("never", Standing.ACTIVE);
        assertThat(stock().ports().catalog().standings()).isEqualTo(Map.of("b", disabled));
    }

    private void change(List<Declaration> put, List<Declaration.Key> remove) {
        stock().ports().catalog().change(put, remove);
    }

    private static Declaration declared(String kind, String name, String json) {
        return new Declaration(new Declaration.Key(kind, name), "file", json);
    }
}
