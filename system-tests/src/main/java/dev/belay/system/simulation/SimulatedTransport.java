package dev.belay.system.simulation;

import dev.belay.delivery.Transport;
import java.util.concurrent.CompletableFuture;

/// The network as one process sees it. What was sent arrives whether or not the process lives to
/// hear of it.
final class SimulatedTransport implements Transport {
    private final Machine machine;
    private final Host host;
    private final Scheduler.Owner process;
    private final SendAudit audit;
    private int inFlight;

    SimulatedTransport(Machine machine, Host host, Scheduler.Owner process, SendAudit audit) {
        this.machine = machine;
        this.host = host;
        this.process = process;
        this.audit = audit;
    }

    @Override
    public CompletableFuture<Sent> send(Sending sending) {
        var id = sending.delivery().id();
        int number = sending.delivery().attempts();
        Endpoint endpoint = machine.endpoint(sending.destination().name());
        Endpoint.Reaction reaction =
                host.link().reachesDestinations() ? endpoint.react(id) : endpoint.unreachable();
        host.note("send", id, number, endpoint.name(), reaction.outcome().word());
        audit.sending(sending);
        Track track = machine.ledger().track(id);
        if (reaction.works()) {
            // It counts from now: the answer, or its loss, cannot take it back.
            track.worked = number;
            if (reaction.lost()) {
                track.excuse();
            }
        }
        Sent sent = new Sent(reaction.outcome(), null);
        if (reaction.micros() == 0) {
            audit.answered(id, number, reaction.outcome());
            return CompletableFuture.completedFuture(sent);
        }
        CompletableFuture<Sent> answer = new CompletableFuture<>();
        inFlight++;
        machine.scheduler()
                .after(
                        process,
                        reaction.micros(),
                        () -> {
                            inFlight--;
                            host.note("answer", id, number, reaction.outcome().word());
                            audit.answered(id, number, reaction.outcome());
                            answer.complete(sent);
                        });
        return answer;
    }

    int inFlight() {
        return inFlight;
    }
}
