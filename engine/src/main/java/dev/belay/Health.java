package dev.belay;

/// Whether the gateway can do its work.
///
/// @param ready whether it takes events
/// @param reason why not, in words; empty when ready
public record Health(boolean ready, String reason) {
    static final Health READY = new Health(true, "");
}
