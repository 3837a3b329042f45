package dev.belay.server.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Writes lines to a stream on a thread of its own. Whoever logs only copies characters into a
/// buffer and never waits: a terminal that stands still or a full pipe must not hold up a commit.
/// When the stream is slower than the gateway for so long that the buffer is full, lines are lost
/// and counted.
public final class LineWriter implements AutoCloseable {
    private static final int CAPACITY = 1 << 20;
    private static final int LONGEST = 64 * 1024;

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private StringBuilder filling = new StringBuilder(8 * 1024);
    private boolean waiting;
    private boolean closed;

    /// Starts the thread.
    ///
    /// @param out where lines go; it is flushed and not closed
    public LineWriter(OutputStream out) {
        this.out = out;
        thread = Thread.ofPlatform().daemon().name("belay-log").start(this::write);
    }

    /// Adds a line. After [#close()] it is dropped.
    ///
    /// @param line without its end; beyond 64 Ki characters it is cut
    public void add(CharSequence line) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (filling.length() >= CAPACITY) {
                lost.incrementAndGet();
                return;
            }
            filling.append(line, 0, Math.min(line.length(), LONGEST)).append('\n');
            if (waiting) {
                waiting = false;
                something.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// How many lines were lost since this was asked, once there is room to say so; else 0.
    long takeLost() {
        if (lost.get() == 0) {
            return 0;
        }
        lock.lock();
        try {
            return filling.length() < CAPACITY ? lost.getAndSet(0) : 0;
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        StringBuilder full = new StringBuilder(8 * 1024);
        while (true) {
            lock.lock();
            try {
                while (filling.isEmpty() && !closed) {
                    waiting = true;
                    something.awaitUninterruptibly();
                }
                if (filling.isEmpty()) {
                    return;
                }
                StringBuilder swapped = filling;
                filling = full;
                full = swapped;
            } finally {
                lock.unlock();
            }
            try {
                out.write(full.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            } catch (IOException | RuntimeException e) {
                // Whoever read the log is gone. The gateway goes on without one.
                full.setLength(0);
            }
            full.setLength(0);
        }
    }

    /// Writes what was added before, and ends.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            something.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
