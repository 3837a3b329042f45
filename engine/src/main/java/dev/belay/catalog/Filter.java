package dev.belay.catalog;

import dev.belay.event.Event;

/// A compiled CEL condition over `event`, such as `event.type == "push"`. Bounded in cost; safe for
/// use by many threads.
///
/// `event` has the fields `source`, `type`, `external_id` (strings), `received_at` (timestamp),
/// `headers` (map of lower-case name to value; repeated headers joined by a comma and a space) and
/// `body` (the parsed JSON body). `type`, `external_id` and `body` are absent where the event has
/// none; `has(event.body.x)` asks for presence.
///
/// A condition that comes upon an absent field without asking does not match: to most who write
/// `event.body.action == "opened"`, an event without an action is simply another event. The same
/// holds for an index beyond the end of a list. This goes for negated conditions too:
/// `event.body.action != "closed"` does not match an event that has no action.
public final class Filter {
    /// Longest condition, in characters.
    public static final int MAX_LENGTH = 4_096;

    /// Most steps of `all`, `exists`, `map` and their like in one evaluation, all loops together.
    public static final int MAX_ITERATIONS = 10_000;

    /// Longest regular expression (RE2 syntax), in characters.
    public static final int MAX_PATTERN_LENGTH = 512;

    static {
        // The CEL libraries share packages among their jars, so they can only live on the class
        // path; a named module has to ask before it can read that.
        Filter.class.getModule().addReads(ClassLoader.getSystemClassLoader().getUnnamedModule());
    }

    private final String text;
    private final Condition condition;

    private Filter(String text, Condition condition) {
        this.text = text;
        this.condition = condition;
    }

    /// Compiles the condition.
    ///
    /// @throws InvalidFilter when it is not a CEL expression of type bool, or too large
    public static Filter compile(String text) throws InvalidFilter {
        if (text.isBlank()) {
            throw new InvalidFilter("a filter must not be blank");
        }
        if (text.length() > MAX_LENGTH) {
            throw new InvalidFilter("a filter may have at most " + MAX_LENGTH + " characters");
        }
        return new Filter(text, Condition.compile(text));
    }

    /// Judges an event.
    public Result test(Event event) {
        return test(new EventFacts(event));
    }

    /// Judges an event that other conditions judge too.
    public Result test(EventFacts facts) {
        return condition.test(facts);
    }

    /// The condition as written.
    public String text() {
        return text;
    }

    /// Two filters are equal when their texts are.
    @Override
    public boolean equals(Object other) {
        return other instanceof Filter that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "Filter[" + text + "]";
    }

    /// What a filter says of an event.
    public sealed interface Result {
        /// Wanted.
        Result MATCH = new Match();

        /// Not wanted.
        Result NO_MATCH = new NoMatch();

        /// Wanted.
        record Match() implements Result {}

        /// Not wanted.
        record NoMatch() implements Result {}

        /// The condition could not be evaluated: a type is wrong, the budget is spent, the body is
        /// JSON beyond the limits of [dev.belay.event.Json]. The event is not dropped for it: see
        /// `Router`.
        ///
        /// @param problem in words, without any value of the event
        record Failed(String problem) implements Result {}
    }

    /// The text is no usable filter.
    public static final class InvalidFilter extends Exception {
        private static final long serialVersionUID = 1L;

        /// @param message says where and why
        public InvalidFilter(String message) {
            super(message);
        }
    }
}
