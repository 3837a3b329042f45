package dev.belay;

import dev.belay.catalog.CatalogStore;
import dev.belay.catalog.CatalogStore.Revision;
import dev.belay.delivery.Dispatcher;
import dev.belay.delivery.Wakeup;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Keeps this node in step with what others on the same store change. A wake-up makes it look at
/// once; without any it looks as often as the dispatcher sweeps, so that a lost one costs no more
/// than that. What holds is what the store says, never what a wake-up says.
final class Following implements AutoCloseable {
    private final Parts parts;
    private final Loop loop;
    private volatile boolean closed;
    private volatile Runnable declared = () -> {};

    /// Whether everything is to be read whatever its revision.
    private final AtomicBoolean unsure = new AtomicBoolean(true);

    /// What was obeyed last. Touched by the turn alone.
    private Revision obeyed = Revision.NONE;

    /// What it works with.
    ///
    /// @param obeyStandings takes the standings over from the store
    /// @param interval longest time between two looks
    record Parts(
            CatalogStore store,
            Dispatcher dispatcher,
            Runnable obeyStandings,
            Duration interval,
            Time time,
            SignalListener signals) {}

    Following(Parts parts) {
        this.parts = parts;
        loop = new Loop("belay-follow", this::turn);
    }

    void start() {
        loop.start();
    }

    /// Sets what is called when declarations may have changed, and has it called now.
    void onDeclarations(Runnable task) {
        declared = task;
        unsure.set(true);
        loop.wake();
    }

    /// Another node has changed something.
    void heard(Wakeup wakeup) {
        if (closed) {
            return;
        }
        switch (wakeup) {
            case Wakeup.WorkDue(String destination) ->
                    parts.dispatcher().noteDue(destination, parts.time().now());
            case Wakeup.StandingChanged _, Wakeup.CatalogChanged _ -> loop.wake();
            case Wakeup.CircuitChanged _ -> parts.dispatcher().look();
            case Wakeup.Resynchronise() -> {
                loop.wake();
                parts.dispatcher().look();
            }
        }
    }

    /// Looks whether anything was changed and obeys it; says when to look again.
    Duration turn() {
        boolean all = unsure.getAndSet(false);
        try {
            Revision now = parts.store().revision();
            if (all || obeyed.standings() != now.standings()) {
                parts.obeyStandings().run();
            }
            if (all || obeyed.declarations() != now.declarations()) {
                declared.run();
            }
            obeyed = now;
        } catch (RuntimeException e) {
            unsure.set(true);
            parts.signals().on(new Signal.Trouble("following", String.valueOf(e.getMessage())));
        }
        return parts.interval();
    }

    @Override
    public void close() {
        closed = true;
        loop.close();
    }
}
