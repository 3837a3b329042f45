package dev.belay.delivery;

import java.util.function.Consumer;

/// How the nodes on one store wake each other. Wake-ups may be lost, merged, or come late or twice:
/// they save waiting and carry nothing.
///
/// A store that several nodes share sends by itself, with the commit, what its
/// [dev.belay.catalog.CatalogStore] changes: [Wakeup.StandingChanged] and [Wakeup.CatalogChanged].
/// Everything else is published by whoever has changed it, once it is stored.
public interface Wakeups {
    /// Those of a store that one process has to itself: there is nobody to wake.
    Wakeups NONE =
            new Wakeups() {
                @Override
                public void publish(Wakeup wakeup) {}

                @Override
                public void listen(Consumer<Wakeup> listener) {}
            };

    /// Tells the other nodes. Never blocks and never throws.
    void publish(Wakeup wakeup);

    /// Has what other nodes publish handed to a listener from now on, never what this node does;
    /// first and after each gap [Wakeup.Resynchronise]. To be called once. The listener must be
    /// quick; calls come one at a time.
    void listen(Consumer<Wakeup> listener);
}
