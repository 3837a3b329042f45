package dev.belay;

import dev.belay.delivery.StoreFailure;
import dev.belay.store.copy.Batch;
import dev.belay.store.copy.Checksum;
import dev.belay.store.copy.CopyEnd;
import dev.belay.store.copy.Copying;
import java.util.List;
import java.util.function.Consumer;

/// Copies a store into an empty one, of whichever kind either is: events, keys, deliveries, history
/// and declarations. No gateway may be open on either of the two. A copy that ended before its end
/// is continued by the same call, as long as its source has not been used since; until it is
/// finished, no gateway opens on it.
public final class StoreCopy {
    private StoreCopy() {}

    /// What a store holds of a kind of rows.
    ///
    /// @param checksum over all values of all rows, in hexadecimal digits
    public record Content(long rows, String checksum) {
        private static Content of(Checksum sum) {
            return new Content(sum.rows(), sum.digest());
        }
    }

    /// A kind of rows, and what both stores hold of it.
    ///
    /// @param name of the table
    public record Checked(String name, Content from, Content to) {
        /// Whether both hold the same.
        public boolean isEqual() {
            return from.equals(to);
        }
    }

    /// Copies, reads both stores again as a whole, and says what they hold. Unless everything is
    /// equal, the copy stays unusable.
    ///
    /// @param progress hears a line about once a second
    /// @throws StoreFailure when there is something in the way; the message is for the operator
    public static List<Checked> run(
            GatewayConfig from, GatewayConfig to, Consumer<String> progress) {
        try (CopyEnd source = StoreOpening.forCopy(from, false);
                CopyEnd target = StoreOpening.forCopy(to, true)) {
            return new Copying(source, target, Batch.USUAL, from.time(), progress)
                    .run(from.random()).stream()
                            .map(
                                    checked ->
                                            new Checked(
                                                    checked.table().table(),
                                                    Content.of(checked.from()),
                                                    Content.of(checked.to())))
                            .toList();
        }
    }
}
