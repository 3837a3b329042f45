package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.Filter.InvalidFilter;
import dev.belay.catalog.Filter.Result;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signature.Headers;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final String BODY =
            """
            {"action":"opened","n":7,"amount":10.5,"big":123456789012345678901234567890,
             "flag":true,"none":null,"name":"O'Neil é",
             "labels":[{"name":"bug"},{"name":"urgent"}],"user":{"login":"kim"}}
            """;

    private static Event event(@Nullable String type, String body) {
        return new Event(
                new EventId(1),
                "github",
                type,
                "ext-1",
                Instant.parse("2026-03-01T10:00:00Z"),
                Headers.of("X-GitHub-Event", "push", "X-Twice", "a", "x-twice", "b"),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Result test(String filter) throws InvalidFilter {
        return Filter.compile(filter).test(event("push", BODY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.type == \"push\"",
                "event.source == 'github' && event.external_id == 'ext-1'",
                "event.received_at > timestamp('2026-01-01T00:00:00Z')",
                "event.headers['x-github-event'] == 'push'",
                "event.headers['x-twice'] == 'a, b'",
                "'x-github-event' in event.headers",
                "!has(event.headers.host)",
                "event.body.action in ['opened', 'reopened']",
                "event.body.n == 7 && event.body.n > 6.5 && event.body.n < 8",
                "event.body.amount > 10 && event.body.amount <= 10.5",
                "event.body.big > 1000000",
                "event.body.flag",
                "event.body.none == null",
                "event.body.name.startsWith('O') && event.body.name.matches('Neil .$')",
                "event.body.labels.exists(l, l.name == 'urgent')",
                "size(event.body.labels) == 2",
                "has(event.body.user.login) && !has(event.body.user.email)",
                "has(event.body) && has(event.type)",
                "event.body.missing == 1 || event.type == 'push'",
                "event.body.user.login == 'kim' ? true : false",
            })
    void a_true_condition_matches(String filter) throws InvalidFilter {
        assertThat(test(filter)).isEqualTo(Result.MATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.type == 'pull_request'",
                "event.body.missing == 1",
                "event.body.missing != 1",
                "event.body.user.missing.deeper == 1",
                "event.body.action.deeper == 1",
                "event.body.labels[9].name == 'bug'",
                "event.headers['host'] == 'x'",
                "event.headers['X-GitHub-Event'] == 'push'",
            })
    void a_false_condition_or_an_absent_field_does_not_match(String filter) throws InvalidFilter {
        assertThat(test(filter)).isEqualTo(Result.NO_MATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.body.action > 3",
                "event.body.n.startsWith('7')",
                "event.body.action",
                "event.body.n / 0 == 1",
                "event.body.labels.all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, true)))))",
            })
    void a_condition_that_cannot_be_evaluated_has_failed(String filter) throws InvalidFilter {
        Result result = test(filter);
        assertThat(result).isInstanceOf(Result.Failed.class);
        assertThat(((Result.Failed) result).problem())
                .isNotBlank()
                .doesNotContain("opened")
                .doesNotContain("7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "event.type ==",
                "event.tpye == 'push'",
                "event == 'push'",
                "type == 'push'",
                "event.type == 7",
                "event.type",
                "size(event.type)",
                "event.all(k, true)",
                "event.type.matches('(')",
                "event.type.matches(event.body.pattern)",
                "matches(event.type, event.source)",
                "java.lang.System.exit(1)",
            })
    void what_is_not_a_condition_is_refused_when_compiled(String filter) {
        assertThatThrownBy(() -> Filter.compile(filter)).isInstanceOf(InvalidFilter.class);
    }

    @Test
    void an_error_says_where_and_why() {
        assertThatThrownBy(() -> Filter.compile("event.type == 'a' &&\n  event.tpye == 'b'"))
                .hasMessageContaining("line 2, column")
                .hasMessageContaining("tpye");
    }

    @Test
    void size_and_nesting_of_a_condition_are_bounded() {
        String long_ = "event.type == 'a' || ".repeat(300) + "true";
        assertThatThrownBy(() -> Filter.compile(long_)).isInstanceOf(InvalidFilter.class);
        String deep = "(".repeat(1_500) + "true" + ")".repeat(1_500);
        assertThatThrownBy(() -> Filter.compile(deep)).isInstanceOf(InvalidFilter.class);
        String negated = "!(".repeat(1_000) + "true" + ")".repeat(1_000);
        assertThatThrownBy(() -> Filter.compile(negated)).isInstanceOf(InvalidFilter.class);
        String pattern = "event.type.matches('" + "a".repeat(513) + "')";
        assertThatThrownBy(() -> Filter.compile(pattern)).isInstanceOf(InvalidFilter.class);
    }

    @Test
    void type_and_body_are_absent_where_the_event_has_none() throws InvalidFilter {
        Event bare = event(null, "a=b&c=d");
        assertThat(Filter.compile("!has(event.type) && !has(event.body)").test(bare))
                .isEqualTo(Result.MATCH);
        assertThat(Filter.compile("event.type == 'push'").test(bare)).isEqualTo(Result.NO_MATCH);
        assertThat(Filter.compile("event.body.x == 1").test(bare)).isEqualTo(Result.NO_MATCH);
    }

    @Test
    void a_body_that_two_readers_could_understand_differently_fails_only_who_asks_for_it()
            throws InvalidFilter {
        for (String body :
                new String[] {
                    "{\"a\":1,\"a\":2}", "[".repeat(70) + "]".repeat(70), "9".repeat(500)
                }) {
            Event hostile = event("push", body);
            assertThat(Filter.compile("event.body.a == 1").test(hostile))
                    .isInstanceOf(Result.Failed.class);
            assertThat(Filter.compile("event.type == 'push'").test(hostile))
                    .isEqualTo(Result.MATCH);
        }
    }

    @Test
    void a_body_is_parsed_once_for_all_conditions() throws InvalidFilter {
        EventFacts facts = new EventFacts(event("push", BODY));
        assertThat(Filter.compile("event.body.n == 7").test(facts)).isEqualTo(Result.MATCH);
        Object first = facts.field("body");
        assertThat(Filter.compile("event.body.n == 8").test(facts)).isEqualTo(Result.NO_MATCH);
        assertThat(facts.field("body")).isSameAs(first);
    }

    @Test
    void a_simple_condition_costs_about_a_microsecond() throws InvalidFilter {
        Filter filter = Filter.compile("event.type == \"push\"");
        Filter onBody = Filter.compile("event.body.action == \"opened\"");
        Event event = event("push", BODY);
        Time time = new SystemTime();
        long simple = Long.MAX_VALUE;
        long parsing = Long.MAX_VALUE;
        int matches = 0;
        for (int round = 0; round < 8; round++) {
            long from = time.nanos();
            for (int i = 0; i < 5_000; i++) {
                matches += filter.test(event) instanceof Result.Match ? 1 : 0;
            }
            long middle = time.nanos();
            for (int i = 0; i < 5_000; i++) {
                matches += onBody.test(event) instanceof Result.Match ? 1 : 0;
            }
            simple = Math.min(simple, (middle - from) / 5_000);
            parsing = Math.min(parsing, (time.nanos() - middle) / 5_000);
        }
        System.out.printf("FIGURE filter on type %d ns, on body %d ns%n", simple, parsing);
        assertThat(matches).isEqualTo(80_000);
        // An order of magnitude above what was measured, for busy machines.
        assertThat(simple).isLessThan(10_000);
    }
}
