package dev.belay.store.copy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A row of a [CopyTable], or, where only its place is meant, its key.
///
/// @param values in the order of the columns; see [CopyTable.Column.Kind] for their types
public record Row(List<@Nullable Object> values) {
    public Row {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /// A number that is there.
    public long number(int column) {
        return values.get(column) instanceof Long number ? number : 0;
    }

    /// About how much memory it takes.
    public long bytes() {
        long bytes = 0;
        for (Object value : values) {
            bytes +=
                    switch (value) {
                        case byte[] some -> 16L + some.length;
                        case String text -> 16L + text.length();
                        case null, default -> 16;
                    };
        }
        return bytes;
    }
}
