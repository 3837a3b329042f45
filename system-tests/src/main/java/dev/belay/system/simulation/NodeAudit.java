package dev.belay.system.simulation;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Members;
import dev.belay.event.DeliveryId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looks at what several nodes do to each other: whose leases pass to whom and when, and what they
/// must not have in common.
final class NodeAudit {
    /// For a sweep to come round, and for a look and a commit that take as long as they may.
    private static final Duration SLACK = Duration.ofSeconds(40);

    private final Machine machine;
    private final EndAudit ends;
    private final Duration takeOver;
    private final Map<Long, GatewayProcess> makers = new HashMap<>();
    private final Map<Integer, GatewayProcess> numbers = new HashMap<>();
    private final Map<DeliveryId, Long> orphans = new HashMap<>();

    /// @param ends which lists the deliveries
    NodeAudit(Machine machine, EndAudit ends) {
        this.machine = machine;
        this.ends = ends;
        // The plan has the leases that nodes take; what an operator configures is longer by this.
        takeOver = machine.plan().limits().lease().plus(Members.GAP);
    }

    private boolean isShared() {
        return machine.plan().isShared();
    }

    /// A process has opened the shared store.
    void joined(GatewayProcess process, NodeTable nodes, int number) {
        GatewayProcess before = numbers.put(number, process);
        machine.ledger()
                .require(
                        before == null || before.isOver(),
                        Invariant.NUMBERS_ARE_UNIQUE,
                        process.host().name(),
                        "has the number %d, and %s still uses it",
                        number,
                        before == null ? "" : before.host().name());
        for (Delivery one : ends.deliveries()) {
            Integer holder = nodes.holder(one.id());
            machine.ledger()
                    .require(
                            !(one.state() instanceof DeliveryState.Leased(Lease lease))
                                    || holder == null
                                    || holder != number
                                    || lease.token() == 0,
                            Invariant.RESTART_ENDS_ITS_LEASES,
                            one.id(),
                            "is still held by the process before, as %s",
                            one.state());
        }
    }

    /// A process makes an id or a token. One that starts again under its number, with its clock set
    /// back, may make a token of the process before once more: that one's leases are ended.
    long made(GatewayProcess process, long id) {
        GatewayProcess before = makers.put(id, process);
        machine.ledger()
                .require(
                        before == null || before.isOver(),
                        Invariant.NUMBERS_ARE_UNIQUE,
                        process.host().name(),
                        "makes %d, which another living process or itself has made",
                        id);
        return id;
    }

    /// A process takes claims back: its own that are over, and those of nodes that are gone.
    CompletableFuture<List<Rescued>> rescue(
            GatewayProcess process, Supplier<CompletableFuture<List<Rescued>>> rescue) {
        if (!isShared()) {
            return rescue.get();
        }
        Map<DeliveryId, Lease> before = new HashMap<>();
        for (Delivery one : ends.deliveries()) {
            if (one.state() instanceof DeliveryState.Leased(Lease lease)) {
                before.put(one.id(), lease);
            }
        }
        CompletableFuture<List<Rescued>> rescued = rescue.get();
        for (Rescued one : rescued.join()) {
            Lease lease = before.get(one.delivery());
            GatewayProcess holder = lease == null ? null : makers.get(lease.token());
            if (lease != null && holder != null && !holder.isOver()) {
                takenFrom(holder, process, one.delivery(), lease);
            }
        }
        return rescued;
    }

    private void takenFrom(
            GatewayProcess holder, GatewayProcess by, DeliveryId delivery, Lease lease) {
        machine.ledger()
                .require(
                        !lease.until().isAfter(holder.time().now()),
                        Invariant.ONE_HOLDER_AT_A_TIME,
                        delivery,
                        "is taken by %s from %s, whose clock says %s, under %s",
                        by.host().name(),
                        holder.host().name(),
                        holder.time().now(),
                        lease);
        // Whoever was not kept from giving signs of life has no reason to be thought dead.
        long since = machine.scheduler().now() - Scheduler.micros(takeOver);
        if (holder != by && holder.host().link().wasTroubledSince(since)) {
            machine.ledger().track(delivery).excuse();
        }
    }

    /// A process is going to bury what waits for a destination.
    void burying(GatewayProcess process, String destination) {
        machine.ledger()
                .require(
                        !isShared() || process.sawRemoved(destination),
                        Invariant.ONLY_KNOWN_REMOVALS,
                        process.host().name(),
                        "buries what waits for %s",
                        destination);
    }

    /// To be called every few seconds once faults have stopped: nothing may stay with a node that
    /// is gone for longer than the bound, while another is there to take it.
    void census() {
        if (!isShared()) {
            return;
        }
        if (machine.hosts().stream().noneMatch(Host::isWell)) {
            orphans.clear();
            return;
        }
        long now = machine.scheduler().now();
        Duration bound = takeOver.plus(machine.plan().limits().sweep().multipliedBy(2)).plus(SLACK);
        for (Delivery one : ends.deliveries()) {
            if (!isOrphan(one)) {
                orphans.remove(one.id());
                continue;
            }
            long since = orphans.computeIfAbsent(one.id(), _ -> now);
            machine.ledger()
                    .require(
                            now - since <= Scheduler.micros(bound),
                            Invariant.TAKEN_OVER_IN_TIME,
                            one.id(),
                            "is held by a node that is gone, as %s, for %d s",
                            one.state(),
                            (now - since) / 1_000_000);
        }
    }

    private boolean isOrphan(Delivery delivery) {
        if (!(delivery.state() instanceof DeliveryState.Leased(Lease lease))) {
            return false;
        }
        @Nullable GatewayProcess holder = makers.get(lease.token());
        return holder == null || holder.isOver();
    }
}
