package dev.belay.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// A transport whose answers are given by hand, or at once by a rule.
final class HandTransport implements Transport {
    /// A request that was sent.
    record Request(Sending sending, CompletableFuture<Sent> answer) {
        void answers(AttemptOutcome outcome) {
            answer.complete(new Sent(outcome, null));
        }
    }

    static final AttemptOutcome OK = new AttemptOutcome.Acknowledged(200);

    private final Map<String, ArrayDeque<Request>> open = new HashMap<>();
    private final Map<String, Function<Sending, AttemptOutcome>> rules = new HashMap<>();
    final List<Sending> sent = new ArrayList<>();

    /// Answers everything to a destination at once.
    void answer(String destination, Function<Sending, AttemptOutcome> rule) {
        rules.put(destination, rule);
    }

    void hang(String destination) {
        rules.remove(destination);
    }

    @Override
    public CompletableFuture<Sent> send(Sending sending) {
        sent.add(sending);
        String destination = sending.destination().name();
        Function<Sending, AttemptOutcome> rule = rules.get(destination);
        if (rule != null) {
            return CompletableFuture.completedFuture(new Sent(rule.apply(sending), null));
        }
        Request request = new Request(sending, new CompletableFuture<>());
        open(destination).add(request);
        return request.answer();
    }

    /// Requests to a destination that are not answered yet, oldest first.
    ArrayDeque<Request> open(String destination) {
        return open.computeIfAbsent(destination, name -> new ArrayDeque<>());
    }

    long sentTo(String destination) {
        return sent.stream().filter(one -> one.destination().name().equals(destination)).count();
    }
}
