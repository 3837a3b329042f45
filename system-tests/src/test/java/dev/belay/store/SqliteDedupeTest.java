package dev.belay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signature.Headers;
import dev.belay.store.contract.Stock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys beyond one run: they are moved a few at a time, and known wherever they are.
class SqliteDedupeTest {
    @TempDir private Path directory;

    private int stored;

    @Test
    void keys_are_known_while_they_are_moved_into_a_run_and_from_then_on() throws SQLException {
        try (OnDisk disk = new OnDisk(directory)) {
            append(disk, DedupeTable.RUN_KEYS + 200);
            assertAllKnown(disk);

            // What fails in the middle of the move must not begin it anew.
            Event taken = disk.stock.event(null, "{}");
            disk.stock.store(taken);
            Event clash =
                    new Event(
                            taken.id(),
                            "shop",
                            "t",
                            "clash",
                            disk.stock.now(),
                            Headers.empty(),
                            Body.of(new byte[0]));
            CompletableFuture<Appended> failed = disk.store().append(Stock.append(clash));
            assertThatThrownBy(failed::join).isNotNull();
            append(disk, 200);
            assertAllKnown(disk);

            disk.reopen();
            assertAllKnown(disk);
            append(disk, DedupeTable.RUN_KEYS / 2);
            assertAllKnown(disk);
            disk.reopen();
            assertAllKnown(disk);
            disk.store().close();
            assertThat(OnDisk.query(directory, "SELECT count(*) FROM dedupe_run")).isEqualTo("1");
            // The group that filled the run belongs to it as a whole.
            assertThat(Integer.parseInt(OnDisk.query(directory, "SELECT count(*) FROM dedupe")))
                    .isBetween(DedupeTable.RUN_KEYS, DedupeTable.RUN_KEYS + 1_024);
            disk.reopen();
            disk.stock.advance(Stock.KEY_KEPT);
            disk.store().purge(disk.stock.now(), disk.stock.now(), disk.stock.now(), 1);
            disk.store().close();
            assertThat(OnDisk.query(directory, "SELECT count(*) FROM dedupe")).isEqualTo("0");
            disk.reopen();
            disk.stock.store(disk.stock.event("key 0", "{}"));
        }
    }

    private void append(OnDisk disk, int count) {
        List<CompletableFuture<Appended>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(disk.store().append(Stock.append(disk.stock.event("key " + stored++, ""))));
            if (answers.size() == 8_000 || i + 1 == count) {
                answers.forEach(answer -> Stock.stored(answer.join()));
                answers.clear();
            }
        }
    }

    private void assertAllKnown(OnDisk disk) {
        for (int key = 0; key < stored; key += 97) {
            Event again = disk.stock.event("key " + key, "");
            assertThat(disk.store().append(Stock.append(again)).join())
                    .as("key %d", key)
                    .isInstanceOf(Appended.AlreadySeen.class);
        }
    }
}
