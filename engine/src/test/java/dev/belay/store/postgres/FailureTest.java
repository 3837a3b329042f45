package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.StoreFailure.Kind;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
    @ParameterizedTest
    @CsvSource({
        "53100, FULL, FULL",
        "53200, OVERLOADED, OVERLOADED",
        "53300, OVERLOADED, OVERLOADED",
        "40001, CROSSED, UNAVAILABLE",
        "40P01, CROSSED, UNAVAILABLE",
        "08001, UNREACHABLE, UNAVAILABLE",
        "57P03, UNREACHABLE, UNAVAILABLE",
        "55P03, UNAVAILABLE, UNAVAILABLE",
        "57014, UNAVAILABLE, UNAVAILABLE",
        "25006, UNAVAILABLE, UNAVAILABLE",
        "57P01, CUT, UNAVAILABLE",
        "08006, CUT, UNAVAILABLE",
        "08003, CUT, UNAVAILABLE",
        "XX001, CORRUPT, CORRUPT",
        "23505, OWN, UNAVAILABLE"
    })
    void a_state_of_the_server_says_what_failed(String state, Failure failure, Kind kind) {
        SQLException cause = new SQLException("why", state);
        assertThat(Failure.of(cause)).isEqualTo(failure);
        assertThat(failure.toStoreFailure(cause).kind()).isEqualTo(kind);
        assertThat(failure.toStoreFailure(cause)).hasMessage("the database: why");
    }

    @Test
    void what_the_pool_wraps_counts() {
        SQLException full = new SQLException("too many clients", "53300");
        assertThat(Failure.of(new SQLTransientConnectionException("timeout", "08001", full)))
                .isEqualTo(Failure.OVERLOADED);
        assertThat(Failure.of(new SQLTransientConnectionException("timeout")))
                .isEqualTo(Failure.UNREACHABLE);
    }

    @Test
    void an_error_in_what_was_asked_is_its_own() {
        assertThat(Failure.of(new IllegalArgumentException("crossed"))).isEqualTo(Failure.OWN);
    }

    @Test
    void a_row_that_no_week_takes_is_told_from_other_broken_rules() {
        assertThat(Failure.noPartition(new SQLException("no partition", "23514"))).isTrue();
        assertThat(Failure.noPartition(new SQLException("unique", "23505"))).isFalse();
    }
}
