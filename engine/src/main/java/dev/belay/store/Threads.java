package dev.belay.store;

/// Waiting for the store's own threads.
public final class Threads {
    private Threads() {}

    /// Waits for the end of a thread; an interrupt is kept for later. Does nothing on the thread
    /// itself.
    public static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
