package dev.belay.testkit;

import dev.belay.event.Body;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.RejectSampler;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The latest rejected requests of each source.
final class MemoryRejects {
    private final Map<String, Deque<Reject>> bySource = new HashMap<>();
    private final RejectSampler sampler;

    MemoryRejects(Time time) {
        sampler = new RejectSampler(time);
    }

    void add(Reject reject) {
        if (!sampler.takes(reject.source())) {
            return;
        }
        InboundRequest request = reject.request();
        byte[] bytes = request.body().bytes();
        Body kept =
                bytes.length <= RejectSampler.MAX_BODY_BYTES
                        ? request.body()
                        : Body.of(Arrays.copyOf(bytes, RejectSampler.MAX_BODY_BYTES));
        Deque<Reject> latest = bySource.computeIfAbsent(reject.source(), _ -> new ArrayDeque<>());
        latest.addFirst(
                new Reject(
                        reject.at(),
                        reject.source(),
                        reject.reason(),
                        new InboundRequest(
                                request.source(),
                                request.method(),
                                request.url(),
                                request.headers(),
                                kept,
                                request.remoteAddress())));
        if (latest.size() > RejectSampler.KEPT) {
            latest.removeLast();
        }
    }

    List<Reject> latest(String source, int limit) {
        Deque<Reject> latest = bySource.get(source);
        return latest == null ? List.of() : latest.stream().limit(limit).toList();
    }

    void purge(Instant before) {
        bySource.values()
                .forEach(latest -> latest.removeIf(reject -> reject.at().isBefore(before)));
    }
}
