/// Sign and verify webhooks. Start at [dev.belay.signature.Scheme] (how a request is judged) and
/// [dev.belay.signature.Provider] (what a kind of sender does).
package dev.belay.signature;
