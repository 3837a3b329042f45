package dev.belay.delivery;

import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import java.util.ArrayList;
import java.util.List;

/// Tells listeners and asks for notices, and lets neither disturb the work: what they throw ends
/// here.
final class Voice {
    private final SignalListener listener;
    private final Notices notices;

    Voice(SignalListener listener, Notices notices) {
        this.listener = listener;
        this.notices = notices;
    }

    void say(Signal signal) {
        try {
            listener.on(signal);
        } catch (RuntimeException e) {
            // A listener is for looking on: its trouble is its own, and there is nobody to tell.
        }
    }

    void trouble(String where, Throwable problem) {
        say(new Signal.Trouble(where, describe(problem)));
    }

    List<DeliveryQueue.Notice> noticesOf(List<Notices.Happening> happenings) {
        if (happenings.isEmpty()) {
            return List.of();
        }
        List<DeliveryQueue.Notice> all = new ArrayList<>();
        for (Notices.Happening happening : happenings) {
            try {
                all.addAll(notices.of(happening));
            } catch (RuntimeException e) {
                trouble("notices", e);
            }
        }
        return all;
    }

    private static String describe(Throwable problem) {
        return problem.getClass().getSimpleName() + ": " + problem.getMessage();
    }
}
