package dev.belay.signature;

/// A request by which a provider asks whether the endpoint is there and willing, and the answer it
/// expects. A handshake never bypasses verification of anything else: what does not match one
/// exactly is an ordinary event.
public sealed interface Handshake {
    /// No handshake.
    record None() implements Handshake {}

    /// A signed POST whose JSON body has `type` at `/type` equal to `marker` and a text at
    /// `challenge`: the answer is 200 with that text as `text/plain` (Slack's `url_verification`).
    ///
    /// @param marker the value of `/type`
    /// @param challenge JSON pointer to the text to send back
    /// @param maxLength longest text that is echoed, in characters
    record EchoChallenge(String marker, String challenge, int maxLength) implements Handshake {}
}
