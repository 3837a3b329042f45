package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
    private final LinkedBlockingQueue<Integer> turns = new LinkedBlockingQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private int turn() {
        int number = count.incrementAndGet();
        turns.add(number);
        return number;
    }

    private Integer nextTurn() throws InterruptedException {
        Integer number = turns.poll(30, TimeUnit.SECONDS);
        assertThat(number).as("a turn within 30 s").isNotNull();
        return number;
    }

    @Test
    void it_turns_as_often_as_the_crank_says() throws InterruptedException {
        try (Loop loop = new Loop("test", () -> turn() < 3 ? Duration.ZERO : Duration.ofHours(1))) {
            loop.start();
            assertThat(nextTurn() + nextTurn() + nextTurn()).isEqualTo(6);
        }
        assertThat(count).hasValue(3);
    }

    @Test
    void waking_asks_for_one_turn_however_often_it_is_woken() throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        Semaphore inTurn = new Semaphore(0);
        try (Loop loop =
                new Loop(
                        "test",
                        () -> {
                            if (turn() == 1) {
                                inTurn.release();
                                awaitQuietly(woken);
                            }
                            return Duration.ofHours(1);
                        })) {
            loop.start();
            assertThat(inTurn.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 100; i++) {
                loop.wake();
            }
            woken.countDown();
            assertThat(nextTurn() + nextTurn()).isEqualTo(3);
            loop.wake();
            assertThat(nextTurn()).isEqualTo(3);
        }
        assertThat(count).hasValue(3);
    }

    @Test
    void closing_waits_for_the_turn_under_way_and_there_is_no_other() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Semaphore inTurn = new Semaphore(0);
        AtomicInteger ended = new AtomicInteger();
        Loop loop =
                new Loop(
                        "test",
                        () -> {
                            turn();
                            inTurn.release();
                            awaitQuietly(go);
                            ended.incrementAndGet();
                            return Duration.ZERO;
                        });
        loop.start();
        assertThat(inTurn.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        Thread closing = Thread.ofVirtual().start(loop::close);
        assertThat(closing.join(Duration.ofMillis(20))).as("closed during a turn").isFalse();
        go.countDown();
        assertThat(closing.join(Duration.ofSeconds(30))).isTrue();
        assertThat(ended.get()).isEqualTo(count.get());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody let the turn go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
