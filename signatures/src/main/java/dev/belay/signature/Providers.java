package dev.belay.signature;

import dev.belay.signature.HmacScheme.Hash;
import dev.belay.signature.TimestampRule.Source.InSignature;
import java.util.List;
import java.util.Optional;

/// The catalogue of built-in [Provider] entries. One method each; to add a sender, add one.
public final class Providers {
    /// GitHub documents 25 MB as the largest payload.
    private static final int GITHUB_LIMIT_BYTES = 25 * 1024 * 1024;

    /// Longest Slack challenge that is echoed; real ones have about 50 characters.
    private static final int MAX_CHALLENGE = 1024;

    private static final Handshake NO_HANDSHAKE = new Handshake.None();

    private static final List<Provider> ALL =
            List.of(
                    standardWebhooks(),
                    svix(),
                    github(),
                    stripe(),
                    shopify(),
                    slack(),
                    generic(),
                    token(),
                    basic(),
                    none());

    private Providers() {}

    /// Every entry.
    public static List<Provider> all() {
        return ALL;
    }

    /// The entry with this name.
    public static Optional<Provider> named(String name) {
        return ALL.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    private static Provider standardWebhooks() {
        return new Provider(
                "standard-webhooks",
                StandardWebhooks.SCHEME,
                List.of(header("webhook-id")),
                List.of(pointer("/type")),
                Acknowledgement.ACCEPTED,
                NO_HANDSHAKE,
                Provider.DEFAULT_BODY_LIMIT_BYTES,
                "https://github.com/standard-webhooks/standard-webhooks");
    }

    /// Standard Webhooks from before it had that name. Its customers may send either set of names.
    private static Provider svix() {
        return new Provider(
                "svix",
                StandardWebhooks.schemeWith(
                        HeaderName.of("svix-id", "webhook-id"),
                        HeaderName.of("svix-timestamp", "webhook-timestamp"),
                        HeaderName.of("svix-signature", "webhook-signature")),
                List.of(header("svix-id"), header("webhook-id")),
                List.of(pointer("/type"), pointer("/event_type")),
                Acknowledgement.ACCEPTED,
                NO_HANDSHAKE,
                Provider.DEFAULT_BODY_LIMIT_BYTES,
                "https://docs.svix.com/receiving/verifying-payloads/how-manual");
    }

    private static Provider github() {
        return new Provider(
                "github",
                bodyHmac(
                        HeaderName.of("X-Hub-Signature-256"),
                        "sha256=",
                        Encoding.HEX,
                        HeaderName.of("X-GitHub-Delivery")),
                List.of(header("X-GitHub-Delivery")),
                List.of(header("X-GitHub-Event")),
                Acknowledgement.ACCEPTED,
                NO_HANDSHAKE,
                GITHUB_LIMIT_BYTES,
                "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries");
    }

    /// Its secrets start with `whsec_` and are nevertheless used as they stand.
    private static Provider stripe() {
        return new Provider(
                "stripe",
                new HmacScheme(
                        Hash.SHA256,
                        SecretForm.UTF8,
                        HeaderName.of("Stripe-Signature"),
                        new Grammar.Fields(',', "v1"),
                        Encoding.HEX,
                        List.of(new Part.Timestamp(), new Part.Literal("."), new Part.Body()),
                        new TimestampRule(
                                new InSignature("t"),
                                TimestampRule.Unit.SECONDS,
                                TimestampRule.FIVE_MINUTES,
                                TimestampRule.FIVE_MINUTES),
                        null),
                List.of(pointer("/id")),
                List.of(pointer("/type")),
                Acknowledgement.ACCEPTED,
                NO_HANDSHAKE,
                Provider.DEFAULT_BODY_LIMIT_BYTES,
                "https://docs.stripe.com/webhooks#verify-manually");
    }

    private static Provider shopify() {
        return new Provider(
                "shopify",
                bodyHmac(
                        HeaderName.of("X-Shopify-Hmac-Sha256"),
                        "",
                        Encoding.BASE64,
                        HeaderName.of("X-Shopify-Webhook-Id")),
                List.of(header("X-Shopify-Webhook-Id")),
                List.of(header("X-Shopify-Topic")),
                Acknowledgement.OK,
                NO_HANDSHAKE,
                Provider.DEFAULT_BODY_LIMIT_BYTES,
                "https://shopify.dev/docs/apps/build/webhooks/subscribe/https");
    }

    private static Provider slack() {
        return new Provider(
                "slack",
                new HmacScheme(
                        Hash.SHA256,
                        SecretForm.UTF8,
                        HeaderName.of("X-Slack-Signature"),
                        new Grammar.Whole("v0="),
                        Encoding.HEX,
                        List.of(
                                new Part.Literal("v0:"),
                                new Part.Timestamp(),
                                new Part.Literal(":"),
                                new Part.Body()),
                        TimestampRule.secondsIn(HeaderName.of("X-Slack-Request-Timestamp")),
                        null),
                List.of(pointer("/event_id")),
                List.of(pointer("/event/type"), pointer("/type")),
                Acknowledgement.OK,
                new Handshake.EchoChallenge("url_verification", "/challenge", MAX_CHALLENGE),
                Provider.DEFAULT_BODY_LIMIT_BYTES,
                "https://docs.slack.dev/authentication/verifying-requests-from-slack");
    }

    /// What an own service can do in three lines of any language.
    private static Provider generic() {
        return unnamed(
                "generic",
                bodyHmac(
                        HeaderName.of("X-Webhook-Signature"),
                        "",
                        Encoding.HEX,
                        HeaderName.of("X-Webhook-Id")));
    }

    private static Provider token() {
        return unnamed("token", new TokenScheme(HeaderName.of("X-Webhook-Token")));
    }

    private static Provider basic() {
        return unnamed("basic", new BasicScheme());
    }

    private static Provider none() {
        return unnamed("none", new Unverified());
    }

    /// A sender nobody documented: id from `X-Webhook-Id` or `/id`, type from `/type`.
    private static Provider unnamed(String name, Scheme scheme) {
        return new Provider(
                name,
                scheme,
                List.of(header("X-Webhook-Id"), pointer("/id")),
                List.of(pointer("/type")),
                Acknowledgement.ACCEPTED,
                NO_HANDSHAKE,
                Provider.DEFAULT_BODY_LIMIT_BYTES,
                "");
    }

    /// HMAC-SHA256 of the body and nothing else, so that the id beside it is not signed.
    private static HmacScheme bodyHmac(
            HeaderName signature, String prefix, Encoding encoding, HeaderName id) {
        return new HmacScheme(
                Hash.SHA256,
                SecretForm.UTF8,
                signature,
                new Grammar.Whole(prefix),
                encoding,
                List.of(new Part.Body()),
                null,
                id);
    }

    private static Location header(String name) {
        return new Location.Header(name);
    }

    private static Location pointer(String pointer) {
        return new Location.Pointer(pointer);
    }
}
