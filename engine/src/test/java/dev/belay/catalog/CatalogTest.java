package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
    private static final Provider GITHUB = Providers.named("github").orElseThrow();
    private static final Source SOURCE = Source.of("github", GITHUB, Secret.of("one"));
    private static final Destination AGENT =
            new Destination.Handler("agent", Duration.ofSeconds(1), 1, null, BreakerPolicy.DEFAULT);

    private static Subscription subscription(String name, String source, String destination) {
        return new Subscription(
                name, source, List.of(), null, destination, RetryPolicy.DEFAULT, null);
    }

    @Test
    void entries_are_found_by_name_and_subscriptions_by_source_in_the_order_of_names() {
        Subscription b = subscription("b", "github", "agent");
        Subscription a = subscription("a", "github", "agent");
        Subscription other = subscription("other", "belay", "agent");
        Catalog catalog = Catalog.of(List.of(SOURCE), List.of(AGENT), List.of(b, other, a));

        assertThat(catalog.source("github")).isSameAs(SOURCE);
        assertThat(catalog.destination("agent")).isSameAs(AGENT);
        assertThat(catalog.subscription("b")).isSameAs(b);
        assertThat(catalog.subscriptionsTo("github")).containsExactly(a, b);
        assertThat(catalog.subscriptionsTo("belay")).containsExactly(other);
        assertThat(catalog.subscriptionsTo("nobody")).isEmpty();
        assertThat(catalog.source("agent")).isNull();
        assertThat(catalog.destination("github")).isNull();
        assertThat(catalog.subscription("c")).isNull();
        assertThat(Catalog.empty().sources()).isEmpty();
    }

    @Test
    void a_name_is_declared_once_in_a_kind_but_kinds_do_not_share_names() {
        Subscription named = subscription("agent", "github", "agent");
        assertThat(Catalog.of(List.of(SOURCE), List.of(AGENT), List.of(named)).subscriptions())
                .hasSize(1);
        assertThatThrownBy(() -> Catalog.of(List.of(SOURCE, SOURCE), List.of(), List.of()))
                .hasMessageContaining("github");
        assertThatThrownBy(() -> Catalog.of(List.of(), List.of(AGENT, AGENT), List.of()))
                .hasMessageContaining("agent");
        assertThatThrownBy(() -> Catalog.of(List.of(SOURCE), List.of(AGENT), List.of(named, named)))
                .hasMessageContaining("agent");
    }

    @Test
    void a_subscription_leads_from_a_source_to_a_destination_that_are_there() {
        assertThatThrownBy(
                        () ->
                                Catalog.of(
                                        List.of(SOURCE),
                                        List.of(AGENT),
                                        List.of(subscription("s", "github", "gone"))))
                .hasMessageContainingAll("s", "destination", "gone");
        assertThatThrownBy(
                        () ->
                                Catalog.of(
                                        List.of(SOURCE),
                                        List.of(AGENT),
                                        List.of(subscription("s", "shop", "agent"))))
                .hasMessageContainingAll("s", "source", "shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"belay", "api"})
    void built_in_sources_are_subscribed_to_but_not_declared(String name) {
        Subscription subscription = subscription("s", name, "agent");
        Catalog catalog = Catalog.of(List.of(), List.of(AGENT), List.of(subscription));
        assertThat(catalog.subscriptionsTo(name)).containsExactly(subscription);
        Source source = Source.of(name, GITHUB, Secret.of("one"));
        assertThatThrownBy(() -> Catalog.of(List.of(source), List.of(), List.of()))
                .hasMessageContaining("built in");
    }

    @Test
    void a_source_is_as_its_provider_documents_it() {
        assertThat(SOURCE.limits().bodyBytes()).isEqualTo(25 * 1024 * 1024);
        assertThat(SOURCE.eventId()).isEqualTo(GITHUB.eventId());
        assertThat(SOURCE.eventType()).isEqualTo(GITHUB.eventType());
        assertThat(SOURCE.dedupe().window()).isEqualTo(Duration.ofDays(7));
    }
}
