package dev.belay.store;

import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// The one thread on which futures of the store complete, in the order of their commits, and on
/// which its signals are heard. A thread that waits for a future goes on by itself; a dependent
/// stage that is not handed to an executor runs here, and must be short and must not block: it
/// holds up everybody's completions, though not the writer.
public final class Completions implements AutoCloseable {
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final SignalListener signals;
    private final Thread thread;

    /// Touched by the thread alone.
    private boolean ended;

    public Completions(SignalListener signals) {
        this.signals = signals;
        thread = Thread.ofPlatform().name("belay-store-completions").daemon().unstarted(this::work);
        thread.start();
    }

    void complete(List<Operation<?>> group) {
        run(() -> group.forEach(Operation::complete));
    }

    /// Has futures completed on the thread, after those before.
    public void run(Runnable completion) {
        tasks.add(completion);
    }

    public void signal(Signal signal) {
        tasks.add(() -> signals.on(signal));
    }

    private void work() {
        while (!ended) {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // A listener's fault; and listeners are told that what they throw is dropped.
            }
        }
    }

    /// Completes what is there, then stops.
    @Override
    public void close() {
        tasks.add(() -> ended = true);
        Threads.joinUninterruptibly(thread);
    }
}
