package dev.belay;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.history.Retention;
import dev.belay.ingest.IngestLimits;
import dev.belay.signal.SignalListener;
import java.nio.file.Path;

/// What a [Gateway] is opened with.
///
/// @param data directory of the embedded store; made where there is none
/// @param catalog what is declared at the start
/// @param ingest bounds of the door
/// @param dispatcher bounds of delivery
/// @param retention how long history is kept
/// @param signals hears every step
public record GatewayConfig(
        Path data,
        Catalog catalog,
        IngestLimits ingest,
        DispatcherLimits dispatcher,
        Retention.Policy retention,
        SignalListener signals) {
    /// The defaults, with this data directory and nothing declared.
    public static GatewayConfig in(Path data) {
        return new GatewayConfig(
                data,
                Catalog.empty(),
                IngestLimits.DEFAULT,
                DispatcherLimits.DEFAULT,
                Retention.Policy.DEFAULT,
                SignalListener.NONE);
    }

    /// This configuration with another catalogue.
    public GatewayConfig withCatalog(Catalog other) {
        return new GatewayConfig(data, other, ingest, dispatcher, retention, signals);
    }

    /// This configuration with other bounds of the door.
    public GatewayConfig withIngest(IngestLimits other) {
        return new GatewayConfig(data, catalog, other, dispatcher, retention, signals);
    }

    /// This configuration with other bounds of delivery.
    public GatewayConfig withDispatcher(DispatcherLimits other) {
        return new GatewayConfig(data, catalog, ingest, other, retention, signals);
    }

    /// This configuration with another retention.
    public GatewayConfig withRetention(Retention.Policy other) {
        return new GatewayConfig(data, catalog, ingest, dispatcher, other, signals);
    }

    /// This configuration with another listener.
    public GatewayConfig withSignals(SignalListener other) {
        return new GatewayConfig(data, catalog, ingest, dispatcher, retention, other);
    }
}
