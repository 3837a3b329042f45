package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.Wakeup;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {
    private final Channel own = new Channel(3, 7);
    private final Channel other = new Channel(4, 7);

    static Stream<Wakeup> wakeups() {
        return Stream.of(
                new Wakeup.WorkDue("agent"),
                new Wakeup.WorkDue("a name of  several words, Zo\u00eb's \ud83d\udc4b"),
                new Wakeup.StandingChanged("agent"),
                new Wakeup.CatalogChanged(),
                new Wakeup.Resynchronise());
    }

    @ParameterizedTest
    @MethodSource("wakeups")
    void what_one_node_says_another_understands_and_itself_passes_over(Wakeup wakeup) {
        String line = own.line(wakeup);
        assertThat(other.read(line)).isEqualTo(wakeup);
        assertThat(own.read(line)).isNull();
        assertThat(new Channel(3, 8).read(line)).isEqualTo(wakeup);
    }

    @Test
    void the_format_is_the_version_the_node_its_incarnation_the_word_and_the_destination() {
        assertThat(own.line(new Wakeup.WorkDue("the agent"))).isEqualTo("1 3 7 due the agent");
        assertThat(own.line(new Wakeup.CatalogChanged())).isEqualTo("1 3 7 catalog ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1 4 7",
                "1 4 7 due",
                "1 4 7 dreamt agent",
                "2 4 7 due agent",
                "11 4 7 due agent",
                "x 4 7 due agent",
                "    due agent"
            })
    void what_this_version_does_not_know_is_passed_over(String line) {
        assertThat(own.read(line)).isNull();
    }

    @Test
    void a_destination_that_cannot_be_named_leaves_others_to_look_at_everything() {
        Wakeup all = new Wakeup.Resynchronise();
        assertThat(other.read(own.line(new Wakeup.WorkDue("a\0b")))).isEqualTo(all);
        assertThat(other.read(own.line(new Wakeup.WorkDue("\u00eb".repeat(3_501))))).isEqualTo(all);
        Wakeup longest = new Wakeup.WorkDue("\u00eb".repeat(3_500));
        assertThat(other.read(own.line(longest))).isEqualTo(longest);
    }
}
