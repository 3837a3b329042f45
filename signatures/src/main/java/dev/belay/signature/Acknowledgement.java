package dev.belay.signature;

/// How a provider wants an accepted webhook answered.
///
/// @param status the HTTP status, 2xx
/// @param contentType of the body; empty for an answer without a body
/// @param body the fixed body a provider demands, or the empty string for Belay's own
///   `{"received":true,"event_id":"…"}`
public record Acknowledgement(int status, String contentType, String body) {
    /// 202 with Belay's own JSON body.
    public static final Acknowledgement ACCEPTED = new Acknowledgement(202, "application/json", "");

    /// 200 with Belay's own JSON body.
    public static final Acknowledgement OK = new Acknowledgement(200, "application/json", "");

    /// Whether the answer has no body at all.
    public boolean isEmpty() {
        return contentType.isEmpty();
    }
}
