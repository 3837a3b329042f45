package dev.belay.transport;

import dev.belay.catalog.Destination;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Handler;
import dev.belay.delivery.Transport;
import dev.belay.time.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Carries events to handlers in this process, each call on a virtual thread of its own under the
/// destination's timeout.
public final class HandlerTransport implements Transport {
    private static final int MAX_ERROR_LENGTH = 1_000;

    /// Calls of one handler that may go on past their deadlines, deaf to interruption, before it is
    /// called no more until one of them ends.
    private static final int MAX_STUCK = 64;

    private record Registered(
            Handler handler, Handler.Enrichment enrichment, AtomicInteger stuck) {}

    private final Timers timers;
    private final ConcurrentHashMap<String, Registered> handlers = new ConcurrentHashMap<>();

    /// @param timers deadlines
    public HandlerTransport(Timers timers) {
        this.timers = timers;
    }

    /// Registers the handler of a destination; replaces the one before.
    ///
    /// @param enrichment runs before each call, on the same thread and under the same deadline
    public void register(String destination, Handler handler, Handler.Enrichment enrichment) {
        handlers.put(destination, new Registered(handler, enrichment, new AtomicInteger()));
    }

    /// Takes the handler of a destination away. Calls under way go on.
    public void unregister(String destination) {
        handlers.remove(destination);
    }

    /// {@inheritDoc}
    ///
    /// A destination without a registered handler makes the attempt fail, to be retried: the
    /// application may register it later.
    @Override
    public CompletableFuture<Sent> send(Sending sending) {
        Destination destination = sending.destination();
        Registered registered = handlers.get(destination.name());
        if (registered == null) {
            return failed("no handler is registered for " + destination.name());
        }
        if (registered.stuck.get() >= MAX_STUCK) {
            return failed(MAX_STUCK + " earlier calls still run past their deadlines");
        }
        Call call = new Call(registered, sending);
        call.start(timers);
        return call.result;
    }

    /// One call under way.
    private static final class Call implements Runnable {
        private final Registered registered;
        private final Sending sending;
        private final CompletableFuture<Sent> result = new CompletableFuture<>();
        private final Thread thread = Thread.ofVirtual().unstarted(this);
        private Timers.@Nullable Cancellable deadline;

        Call(Registered registered, Sending sending) {
            this.registered = registered;
            this.sending = sending;
        }

        void start(Timers timers) {
            deadline = timers.after(sending.destination().timeout(), this::expire);
            thread.start();
        }

        @Override
        public void run() {
            AttemptOutcome outcome;
            try {
                Handler.Call circumstances =
                        new Handler.Call(
                                sending.delivery(), registered.enrichment.of(sending.event()));
                registered.handler.handle(sending.event(), circumstances);
                outcome = new AttemptOutcome.Acknowledged(0);
            } catch (Throwable thrown) {
                outcome = new AttemptOutcome.Threw(describe(thrown));
            }
            Timers.Cancellable timer = deadline;
            if (timer != null) {
                timer.cancel();
            }
            if (!result.complete(new Sent(outcome, null))) {
                registered.stuck.decrementAndGet();
            }
        }

        /// Runs on the timers' thread. The result is completed on another one, because what depends
        /// on it may take its time.
        private void expire() {
            Thread.startVirtualThread(this::cutOff);
        }

        private void cutOff() {
            registered.stuck.incrementAndGet();
            if (result.complete(new Sent(new AttemptOutcome.TimedOut(), null))) {
                thread.interrupt();
            } else {
                registered.stuck.decrementAndGet();
            }
        }
    }

    private static CompletableFuture<Sent> failed(String problem) {
        return CompletableFuture.completedFuture(new Sent(new AttemptOutcome.Threw(problem), null));
    }

    private static String describe(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException brokenMessage) {
            message = null;
        }
        String text =
                message == null
                        ? thrown.getClass().getName()
                        : thrown.getClass().getName() + ": " + message;
        return text.length() <= MAX_ERROR_LENGTH ? text : text.substring(0, MAX_ERROR_LENGTH);
    }
}
