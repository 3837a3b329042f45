package dev.belay.server.config;

import dev.belay.catalog.SourceSecrets;
import dev.belay.catalog.SourceSecrets.Retiring;
import dev.belay.signature.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the secrets of a source: one, or a list of them, where one that is on its way out says
/// until when it is accepted:
///
/// ```yaml
/// secrets:
///   - env:NEW
///   - { secret: env:OLD, until: 2026-12-01T00:00:00Z }
/// handshake-token: env:NAME
/// ```
final class SourceSecretsEntry {
    private SourceSecretsEntry() {}

    static SourceSecrets read(Form form) {
        List<Secret> current = new ArrayList<>();
        List<Retiring> retiring = new ArrayList<>();
        switch (form.tree("secrets")) {
            case null -> {}
            case Tree.Items(List<Tree> items, _) -> {
                for (int i = 0; i < items.size(); i++) {
                    String pointer = form.at("secrets") + "/" + i;
                    if (items.get(i) instanceof Tree.Fields fields) {
                        add(Form.of(fields, form.context(), pointer), retiring);
                    } else {
                        form.secret("secrets", items.get(i), pointer).ifPresent(current::add);
                    }
                }
            }
            case Tree.Fields fields ->
                    add(Form.of(fields, form.context(), form.at("secrets")), retiring);
            case Tree.Scalar text ->
                    form.secret("secrets", text, form.at("secrets")).ifPresent(current::add);
        }
        List<Secret> tokens = form.secrets("handshake-token");
        return new SourceSecrets(current, retiring, tokens.isEmpty() ? null : tokens.getFirst());
    }

    private static void add(Form form, List<Retiring> retiring) {
        Tree tree = form.tree("secret");
        if (tree == null) {
            form.problem("secret", "is missing");
        }
        Instant until = until(form);
        if (!form.hasOnly(Set.of("secret", "until"))) {
            // Which key it is stays unsaid: a secret in the wrong place must not be repeated.
            form.problem("takes secret and until, and nothing else");
        }
        if (tree != null) {
            form.secret("secret", tree, form.at("secret"))
                    .ifPresent(
                            secret ->
                                    retiring.add(
                                            new Retiring(
                                                    secret, until == null ? Instant.MIN : until)));
        }
    }

    private static @Nullable Instant until(Form form) {
        String text = form.required("until");
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            form.problem("until", "must be a time such as 2026-12-01T00:00:00Z");
            return null;
        }
    }
}
