package dev.belay.server.config;

import dev.belay.catalog.DedupeRule;
import dev.belay.catalog.InboundLimits;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.Source;
import dev.belay.catalog.SourceSecrets;
import dev.belay.signature.BasicScheme;
import dev.belay.signature.Confidence;
import dev.belay.signature.HeaderName;
import dev.belay.signature.HmacTemplate;
import dev.belay.signature.Location;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Scheme;
import dev.belay.signature.Secret;
import dev.belay.signature.TokenScheme;
import dev.belay.signature.Unverified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a source:
///
/// ```yaml
/// scheme: github          # a catalogue entry, or { hmac: {…} | token: {…} | basic: {}, id, type }
/// secrets: [env:NAME]     # more in [SourceSecretsEntry]
/// settings: { audience: … }   # what the catalogue entry leaves open
/// id: { header: X-Id, or: /id }
/// type: /type
/// dedupe-window: 7d
/// repeats: true           # every request is an event, also with an id that was seen before
/// body-limit: 5242880
/// rate: { per-second: 50, burst: 100 }         # of genuine requests, all senders together
/// rate-per-address: { per-second: 5 }          # the same of each client address
/// unconfirmed: true       # only for a catalogue entry that nobody has confirmed yet
/// handshake-token: env:NAME   # only where the sender shows one when it registers the URL
/// ```
final class SourceEntry {
    private static final int MAX_BODY_LIMIT = 256 * 1024 * 1024;

    private SourceEntry() {}

    static @Nullable Source read(String name, Form form) {
        Provider provider = provider(form);
        SourceSecrets secrets = SourceSecretsEntry.read(form);
        List<Location> id = locations(form, "id");
        List<Location> type = locations(form, "type");
        Duration window =
                form.duration(
                        "dedupe-window",
                        DedupeRule.DEFAULT.window(),
                        Duration.ofMinutes(1),
                        Duration.ofDays(400));
        int limit =
                form.integer(
                        "body-limit",
                        provider == null
                                ? Provider.DEFAULT_BODY_LIMIT_BYTES
                                : provider.bodyLimitBytes(),
                        1,
                        MAX_BODY_LIMIT);
        DedupeRule dedupe = new DedupeRule(window, form.yes("repeats"));
        RateLimit rate = RateEntry.read(form, "rate");
        RateLimit ratePerAddress = RateEntry.read(form, "rate-per-address");
        boolean isUnconfirmedWanted = form.yes("unconfirmed");
        if (provider == null) {
            return null;
        }
        checkConfidence(form, provider, isUnconfirmedWanted);
        checkSecrets(form, provider.scheme(), secrets);
        checkHandshakeToken(form, provider, secrets.handshakeToken());
        return new Source(
                name,
                provider,
                secrets,
                form.has("id") ? id : provider.eventId(),
                form.has("type") ? type : provider.eventType(),
                dedupe,
                new InboundLimits(limit, rate, ratePerAddress));
    }

    private static void checkConfidence(Form form, Provider provider, boolean isWanted) {
        Confidence confidence = provider.provenance().confidence();
        if (!confidence.isConfirmed() && !isWanted) {
            form.problem(
                    "scheme",
                    "%s is an unconfirmed entry (confidence %s): write unconfirmed: true beside it, and check it with a real delivery"
                            .formatted(provider.name(), confidence));
        }
        if (confidence.isConfirmed() && isWanted) {
            form.problem("unconfirmed", "is of no use here: the entry is confirmed");
        }
    }

    private static void checkHandshakeToken(Form form, Provider provider, @Nullable Secret token) {
        boolean isShown =
                provider.handshakes().stream()
                        .anyMatch(handshake -> handshake.trigger().token() != null);
        if (token != null && !isShown) {
            form.problem("handshake-token", "is of no use here: the sender shows none");
        }
    }

    private static void checkSecrets(Form form, Scheme scheme, SourceSecrets secrets) {
        boolean verified = !(scheme instanceof Unverified);
        if (scheme.needsSecret() && isEmpty(form.tree("secrets"))) {
            form.problem("secrets", "is missing: only the scheme none goes without a secret");
        }
        if (!scheme.needsSecret() && verified && form.has("secrets") && !secrets.areDeclared()) {
            form.problem("secrets", "names none: leave it out to have the sender's keys fetched");
        }
        if (!verified && form.has("secrets")) {
            form.problem("secrets", "cannot be used: the scheme none verifies nothing");
            return;
        }
        secrets.current().forEach(secret -> check(form, scheme, secret));
        secrets.retiring().forEach(old -> check(form, scheme, old.secret()));
    }

    private static boolean isEmpty(@Nullable Tree secrets) {
        return secrets == null
                || (secrets instanceof Tree.Items(List<Tree> items, _) && items.isEmpty())
                || (secrets instanceof Tree.Scalar s && s.kind() == Tree.Kind.NOTHING);
    }

    private static void check(Form form, Scheme scheme, Secret secret) {
        if (secret.reveal().length() == 1) {
            form.problem("secrets", "must have more than one character");
        }
        scheme.problemWith(secret).ifPresent(message -> form.problem("secrets", message));
    }

    private static @Nullable Provider provider(Form form) {
        boolean hasSettings = form.has("settings");
        Tree scheme = form.tree("scheme");
        if (scheme == null) {
            form.problem("scheme", "is missing");
            return null;
        }
        if (scheme instanceof Tree.Scalar(String word, _, _)) {
            Provider provider = Providers.named(word).orElse(null);
            if (provider == null) {
                form.problem(
                        "scheme",
                        "is not in the catalogue, and no mapping; belay sources catalog lists"
                                + " what there is: "
                                + word);
            }
            return provider == null ? null : settled(form, provider);
        }
        if (hasSettings) {
            form.problem("settings", "is of no use here: only entries of the catalogue have any");
        }
        return inline(form.below("scheme"));
    }

    /// The entry with what it leaves open.
    private static @Nullable Provider settled(Form form, Provider provider) {
        Map<String, String> values = new LinkedHashMap<>();
        Form settings = form.below("settings");
        settings.each(
                (name, value) ->
                        values.put(
                                name,
                                settings.secrets(name).stream()
                                        .map(Secret::reveal)
                                        .collect(Collectors.joining(","))));
        if (provider.settings().isEmpty() && values.isEmpty()) {
            return provider;
        }
        try {
            return Providers.named(provider.name(), values);
        } catch (IllegalArgumentException wrong) {
            form.problem("settings", String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    private static @Nullable Provider inline(Form form) {
        Scheme scheme = scheme(form);
        List<Location> id = locations(form, "id");
        List<Location> type = locations(form, "type");
        form.done();
        return scheme == null ? null : Provider.custom(scheme, id, type);
    }

    private static @Nullable Scheme scheme(Form form) {
        int given =
                (form.has("hmac") ? 1 : 0)
                        + (form.has("token") ? 1 : 0)
                        + (form.has("basic") ? 1 : 0);
        if (given != 1) {
            form.problem("must have exactly one of hmac, token and basic");
            return null;
        }
        if (form.has("basic")) {
            form.below("basic").done();
            return new BasicScheme();
        }
        if (form.has("token")) {
            Form token = form.below("token");
            String header = token.text("header", "Authorization");
            token.done();
            if (!HeaderName.isToken(header)) {
                token.problem("header", "is not a header name");
                return null;
            }
            return TokenScheme.inHeader(header);
        }
        return switch (HmacTemplate.read(values(form.tree("hmac")))) {
            case HmacTemplate.Result.Read(var hmac) -> hmac;
            case HmacTemplate.Result.Invalid(var problems) -> {
                Form hmac = form.below("hmac");
                for (HmacTemplate.Problem problem : problems) {
                    int dot = problem.key().indexOf('.');
                    Form place = dot < 0 ? hmac : hmac.below(problem.key().substring(0, dot));
                    place.problem(problem.key().substring(dot + 1), problem.text());
                }
                yield null;
            }
        };
    }

    /// A mapping as texts and maps of texts.
    private static Map<String, Object> values(@Nullable Tree tree) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (tree instanceof Tree.Fields(Map<String, Tree> fields, _)) {
            fields.forEach(
                    (key, value) ->
                            values.put(
                                    key,
                                    value instanceof Tree.Scalar(String text, _, _)
                                            ? text
                                            : values(value)));
        }
        return values;
    }

    /// Reads `/pointer`, `{ header: Name, or: /pointer }`, or a list of those.
    private static List<Location> locations(Form form, String key) {
        List<Location> found = new ArrayList<>();
        Tree tree = form.tree(key);
        if (tree != null) {
            add(form, key, tree, found);
        }
        return found;
    }

    private static void add(Form form, String key, Tree tree, List<Location> found) {
        switch (tree) {
            case Tree.Scalar(String text, _, _) -> {
                if (text.startsWith("/")) {
                    found.add(new Location.Pointer(text));
                } else {
                    form.problem(key, "must be a JSON pointer such as /id, or { header: Name }");
                }
            }
            case Tree.Items(List<Tree> items, _) ->
                    items.forEach(item -> add(form, key, item, found));
            case Tree.Fields fields -> {
                Form place = Form.of(fields, form.context(), form.at(key));
                String header = place.text("header");
                if (header != null && !HeaderName.isToken(header)) {
                    place.problem("header", "is not a header name");
                } else if (header != null) {
                    found.add(new Location.Header(header));
                }
                Tree or = place.tree("or");
                if (or != null) {
                    add(form, key, or, found);
                }
                place.done();
            }
        }
    }
}
