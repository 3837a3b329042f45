package dev.belay.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.RateLimit;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderBudgetsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final RateLimit ONE = new RateLimit(1, 1);

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2",
        "2001:db8:0:0:0:0:0:1, 2001:db8:0:0",
        "0:0:0:0:0:0:0:1, 0:0:0:0",
    })
    void who_shares_a_network_shares_a_budget(String address, String network) {
        assertThat(SenderBudgets.network(address)).isEqualTo(network);
    }

    @Test
    void a_million_addresses_are_not_remembered() {
        SenderBudgets budgets = new SenderBudgets();
        assertThat(budgets.rejected("first", ONE, NOW)).isZero();
        assertThat(budgets.rejected("first", ONE, NOW)).isPositive();
        for (int i = 0; i < SenderBudgets.MAX_KEYS; i++) {
            budgets.rejected("address-" + i, ONE, NOW);
        }
        assertThat(budgets.rejected("first", ONE, NOW)).isZero();
    }

    @Test
    void who_is_heard_of_again_and_again_is_not_forgotten() {
        SenderBudgets budgets = new SenderBudgets();
        budgets.rejected("flood", new RateLimit(0.001, 1), NOW);
        for (int i = 0; i < 2 * SenderBudgets.MAX_KEYS; i++) {
            budgets.rejected("address-" + i, ONE, NOW);
            if (i % 1_000 == 0) {
                assertThat(budgets.rejected("flood", new RateLimit(0.001, 1), NOW))
                        .isEqualTo(Duration.ofSeconds(1_000));
            }
        }
    }
}
