package dev.belay.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalListenerTest {
    private static final Signal SIGNAL = new Signal.Received("shop");

    @Test
    void what_a_guarded_listener_throws_is_dropped_and_it_hears_the_next_signal() {
        List<Signal> heard = new ArrayList<>();
        SignalListener failing =
                signal -> {
                    heard.add(signal);
                    throw new IllegalStateException("broken observer");
                };
        SignalListener guarded = failing.guarded();
        guarded.on(SIGNAL);
        guarded.on(SIGNAL);
        assertThat(heard).containsExactly(SIGNAL, SIGNAL);
    }
}
