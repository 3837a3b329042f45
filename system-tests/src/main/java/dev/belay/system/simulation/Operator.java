package dev.belay.system.simulation;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Whoever runs the gateway: pauses and resumes destinations, replays, changes what is declared.
final class Operator {
    private static final int REPLAY_LIMIT = 20;
    private static final DeliveryQuery DEAD =
            new DeliveryQuery("dead", null, null, null, null, null, null, null);

    private final Map<String, Standing> wanted = new HashMap<>();
    private final Set<String> retrying = new HashSet<>();
    private final Machine machine;
    private final Dice dice;

    Operator(Machine machine, Dice dice) {
        this.machine = machine;
        this.dice = dice;
    }

    void start() {
        Plan plan = machine.plan();
        List<String> names = new ArrayList<>();
        plan.destinations().forEach(destination -> names.add(destination.name()));
        if (plan.faults().contains(Fault.OPERATOR_PAUSES)) {
            for (int i = dice.between(1, 3); i > 0; i--) {
                String name = dice.oneOf(names);
                at(() -> stand(name, new Standing(Standing.Mode.PAUSED, "by the operator")));
                at(() -> stand(name, Standing.ACTIVE));
            }
        }
        if (plan.faults().contains(Fault.REPLAYS)) {
            for (int i = dice.between(1, 4); i > 0; i--) {
                at(
                        () -> {
                            var _ = process(this::replay);
                        });
            }
        }
        names.remove(Plan.NOTICES);
        if (plan.faults().contains(Fault.CATALOG_CHANGES)) {
            String name = dice.oneOf(names);
            at(() -> machine.declare(name, false));
            if (dice.chance(0.7)) {
                at(() -> machine.declare(name, true));
            }
        }
    }

    private void at(Runnable task) {
        machine.after((long) (dice.numbers().nextDouble() * machine.plan().spanMicros()), task);
    }

    private boolean process(Consumer<GatewayProcess> task) {
        GatewayProcess process = machine.someProcess();
        return process != null && at(process, task);
    }

    private boolean at(GatewayProcess process, Consumer<GatewayProcess> task) {
        try {
            task.accept(process);
            return true;
        } catch (StoreFailure failure) {
            machine.note("operator failed", failure.kind());
            return false;
        }
    }

    /// Tells every node, each until it is done, unless it has changed its mind since. A node that
    /// does not run reads it at its start.
    private void stand(String name, Standing standing) {
        wanted.put(name, standing);
        List<GatewayProcess> open =
                machine.running().stream().filter(process -> !process.isClosing()).toList();
        if (open.isEmpty()) {
            standLater(name, standing);
        }
        open.forEach(process -> standOn(process, name, standing));
    }

    private void standOn(GatewayProcess process, String name, Standing standing) {
        if (!at(process, one -> one.stand(name, standing))) {
            standLater(name, standing);
        }
    }

    /// However many nodes could not be told, they are told again once.
    private void standLater(String name, Standing standing) {
        if (!retrying.add(name + standing) && machine.plan().isShared()) {
            return;
        }
        machine.whenUp(
                () -> {
                    retrying.remove(name + standing);
                    if (standing.equals(wanted.get(name))) {
                        stand(name, standing);
                    }
                });
    }

    private void replay(GatewayProcess process) {
        List<Delivery> all = machine.endAudit().deliveries();
        if (all.isEmpty()) {
            return;
        }
        Delivery one = dice.oneOf(all);
        machine.note("replay", one.id());
        switch (dice.between(0, 2)) {
            case 0 -> process.replays().run(DEAD, null, REPLAY_LIMIT);
            case 1 -> process.replays().delivery(one.id());
            default -> process.replays().event(one.id().event());
        }
    }

    /// Has every destination tried again that is not. Says whether there was nothing to do.
    boolean resumeAll() {
        List<String> resting = List.copyOf(machine.memory().standings().keySet());
        resting.forEach(name -> stand(name, Standing.ACTIVE));
        return resting.isEmpty();
    }
}
