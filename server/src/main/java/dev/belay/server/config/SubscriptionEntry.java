package dev.belay.server.config;

import dev.belay.catalog.EventValidation;
import dev.belay.catalog.Filter;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a subscription:
///
/// ```yaml
/// source: github
/// types: [push, "pull_request*"]
/// filter: event.type == "push"
/// destination: reviewer
/// retry: { attempts: 5, base: 2s, factor: 2, cap: 300s, jitter: 0.1 }
/// validate: { required: [/id, /data], schema: {…} }
/// ```
final class SubscriptionEntry {
    private SubscriptionEntry() {}

    static @Nullable Subscription read(String name, Form form) {
        String source = form.required("source");
        String destination = form.required("destination");
        List<String> types = form.texts("types");
        Filter filter = filter(form);
        RetryPolicy retry = retry(form.below("retry"));
        EventValidation validation = validation(form);
        for (String type : types) {
            int star = type.indexOf('*');
            if (type.isBlank() || (star >= 0 && star != type.length() - 1)) {
                form.problem("types", "must be event types, with * at the end only");
            }
        }
        return source == null || destination == null
                ? null
                : new Subscription(name, source, types, filter, destination, retry, validation);
    }

    private static @Nullable Filter filter(Form form) {
        String text = form.text("filter");
        if (text == null) {
            return null;
        }
        try {
            return Filter.compile(text);
        } catch (Filter.InvalidFilter e) {
            form.problem("filter", "is not usable: " + e.getMessage());
            return null;
        }
    }

    private static RetryPolicy retry(Form form) {
        RetryPolicy usual = RetryPolicy.DEFAULT;
        RetryPolicy policy =
                new RetryPolicy(
                        form.integer("attempts", usual.attempts(), 1, RetryPolicy.MAX_ATTEMPTS),
                        form.duration("base", usual.base(), Duration.ZERO, Duration.ofDays(7)),
                        form.decimal("factor", usual.factor(), 1, 100),
                        form.duration("cap", usual.cap(), Duration.ZERO, Duration.ofDays(7)),
                        form.decimal("jitter", usual.jitter(), 0, 1));
        form.done();
        return policy;
    }

    private static @Nullable EventValidation validation(Form form) {
        if (!form.has("validate")) {
            return null;
        }
        Form validate = form.below("validate");
        List<String> required = validate.texts("required");
        Tree schema = validate.tree("schema");
        validate.done();
        for (String pointer : required) {
            if (!pointer.startsWith("/")) {
                validate.problem("required", "must be JSON pointers such as /id");
            }
        }
        if (schema != null && !(schema instanceof Tree.Fields)) {
            validate.problem("schema", "must be a JSON Schema, written as a mapping");
            return null;
        }
        try {
            return new EventValidation(required, schema == null ? null : JsonTree.schema(schema));
        } catch (IllegalArgumentException e) {
            validate.problem("schema", "is not usable: " + e.getMessage());
            return null;
        }
    }
}
