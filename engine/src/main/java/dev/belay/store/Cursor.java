package dev.belay.store;

import dev.belay.history.InvalidCursor;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A place in a list: everything before it (newer) has been seen. Opaque to callers.
///
/// @param event id of the last event seen
/// @param ordinal of the last delivery seen; in lists of events, which of them is being gone
///   through
public record Cursor(long event, int ordinal) {
    /// Before the first entry.
    public static final Cursor START = new Cursor(Long.MAX_VALUE, Integer.MAX_VALUE);

    private static final int LENGTH = 1 + Long.BYTES + Integer.BYTES;

    /// Reads a cursor of a kind of list; null is the start.
    ///
    /// @throws InvalidCursor when [#text(char)] has not made it for this kind
    public static Cursor parse(char kind, @Nullable String text) {
        if (text == null) {
            return START;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidCursor();
        }
        if (bytes.length != LENGTH || bytes[0] != (byte) kind) {
            throw new InvalidCursor();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        Cursor cursor = new Cursor(buffer.getLong(), buffer.getInt());
        if (cursor.event < 0 || cursor.ordinal < 0 || !cursor.text(kind).equals(text)) {
            throw new InvalidCursor();
        }
        return cursor;
    }

    public String text(char kind) {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        buffer.put((byte) kind).putLong(event).putInt(ordinal);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }
}
