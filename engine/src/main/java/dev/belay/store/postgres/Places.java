package dev.belay.store.postgres;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/// Fills the places of a statement from the first on.
final class Places {
    private final PreparedStatement statement;
    private int at = 1;

    Places(PreparedStatement statement) {
        this.statement = statement;
    }

    Places number(@Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(at++, Types.BIGINT);
        } else {
            statement.setLong(at++, value);
        }
        return this;
    }

    Places whole(@Nullable Integer value) throws SQLException {
        if (value == null) {
            statement.setNull(at++, Types.INTEGER);
        } else {
            statement.setInt(at++, value);
        }
        return this;
    }

    Places bytes(byte @Nullable [] value) throws SQLException {
        if (value == null) {
            statement.setNull(at++, Types.BINARY);
        } else {
            statement.setBytes(at++, value);
        }
        return this;
    }

    Places twice(@Nullable Long value) throws SQLException {
        return number(value).number(value);
    }

    Places twice(@Nullable Integer value) throws SQLException {
        return whole(value).whole(value);
    }

    Places twice(byte @Nullable [] value) throws SQLException {
        return bytes(value).bytes(value);
    }
}
