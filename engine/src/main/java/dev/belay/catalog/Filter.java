package dev.belay.catalog;

import dev.belay.event.Event;

/// A compiled CEL condition over `event`, such as `event.type == "push"`. Bounded in cost; safe for
/// use by many threads.
public final class Filter {
    private final String text;

    private Filter(String text) {
        this.text = text;
    }

    /// Compiles the condition.
    ///
    /// @throws InvalidFilter when it is not a CEL expression of type bool, or too large
    public static Filter compile(String text) throws InvalidFilter {
        if (text.isBlank()) {
            throw new InvalidFilter("a filter must not be blank");
        }
        return new Filter(text);
    }

    /// Judges an event.
    public Result test(Event event) {
        return new Result.Failed(text + event.id());
    }

    /// The condition as written.
    public String text() {
        return text;
    }

    /// What a filter says of an event.
    public sealed interface Result {
        /// Wanted.
        record Match() implements Result {}

        /// Not wanted.
        record NoMatch() implements Result {}

        /// The condition could not be evaluated: a field is absent, a type is wrong, the budget is
        /// spent. The event is not dropped for it: see `Router`.
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
