/// Sign and verify webhooks. Read [dev.belay.signature.Scheme] (how a request is judged), then
/// [dev.belay.signature.HmacScheme] (the one engine behind nearly every sender), then
/// [dev.belay.signature.Providers] (what each kind of sender does).
package dev.belay.signature;
