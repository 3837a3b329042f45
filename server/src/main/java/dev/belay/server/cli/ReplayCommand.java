package dev.belay.server.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `belay replay`: new deliveries for old events.
@Command(
        name = "replay",
        description = {
            "Deliver again: one delivery, one event, or all deliveries that match a filter.",
            "New deliveries are made; history stays as it is."
        },
        footer = {
            "",
            "  belay replay dlv_01j5k2m3n4p5q_0",
            "  belay replay evt_01j5k2m3n4p5q",
            "  belay replay --status dead --destination reviewer --since 2h --dry-run"
        })
final class ReplayCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin private Connection connection = new Connection();
    @Mixin private Output output = new Output();
    @Mixin private Filters.Origin origin = new Filters.Origin();
    @Mixin private Filters.Target target = new Filters.Target();
    @Mixin private Filters.Period period = new Filters.Period();

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "A delivery (dlv_…) or an event (evt_…).")
    private @Nullable String id;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Deliveries that are dead (the default), delivered or cancelled.")
    private @Nullable String status;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Dead for this reason, such as attempts_exhausted.")
    private @Nullable String reason;

    @Option(names = "--dry-run", description = "Only say how many would be delivered again.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Replay what matches a filter without a dry run first.")
    private boolean yes;

    ReplayCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (ApiClient api = connection.open(shell.environment())) {
            if (id == null) {
                return matching(api);
            }
            if (hasFilter()) {
                throw new CliFailure(ExitCode.USAGE, "give an id or a filter, not both");
            }
            return id.startsWith("evt_") ? event(api, id) : delivery(api, id);
        }
    }

    private boolean hasFilter() {
        return origin.source != null
                || origin.type != null
                || target.destination != null
                || target.event != null
                || status != null
                || reason != null
                || period.isGiven();
    }

    private int delivery(ApiClient api, String delivery) {
        if (dryRun) {
            JsonNode found =
                    api.get("deliveries/" + ApiClient.segment(delivery), new ApiClient.Query());
            return say(found, "1 delivery would be made, to " + text(found, "destination"));
        }
        JsonNode made = api.post("deliveries/" + ApiClient.segment(delivery) + "/replay", null);
        return say(made, "delivering again: " + text(made, "id"));
    }

    private int event(ApiClient api, String event) {
        if (dryRun) {
            return bulk(api, JsonMapper.shared().createObjectNode().put("event", event), true);
        }
        JsonNode made = api.post("events/" + ApiClient.segment(event) + "/replay", null);
        return say(made, "delivering again: " + text(made, "replayed"));
    }

    private int matching(ApiClient api) {
        if (!hasFilter()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "say what to replay: an id, or a filter such as --status dead --since 2h");
        }
        Instant now = shell.time().wall();
        ObjectNode filter = JsonMapper.shared().createObjectNode();
        put(filter, "status", status == null ? "dead" : status);
        put(filter, "source", origin.source);
        put(filter, "type", origin.type);
        put(filter, "destination", target.destination);
        put(filter, "event", target.event);
        put(filter, "reason", reason);
        put(filter, "since", period.since(now));
        put(filter, "until", period.until(now));
        if (!dryRun && !yes) {
            int result = bulk(api, filter, true);
            shell.remark("nothing was done yet; the same with --yes replays them");
            return result;
        }
        return bulk(api, filter, dryRun);
    }

    /// Asks again with the answer's cursor until there is none: one request does so many.
    private int bulk(ApiClient api, ObjectNode filter, boolean dry) {
        String counter = dry ? "matched" : "replayed";
        long count = 0;
        long skipped = 0;
        ObjectNode request = JsonMapper.shared().createObjectNode();
        request.set("filter", filter);
        request.put("dry_run", dry);
        JsonNode next;
        do {
            JsonNode answer = api.post("replays", request);
            count += answer.path(counter).asLong(0);
            skipped += answer.path("skipped").asLong(0);
            next = answer.path("next_cursor");
            request.set("cursor", next);
        } while (next.isString());
        ObjectNode total =
                JsonMapper.shared()
                        .createObjectNode()
                        .put("dry_run", dry)
                        .put(counter, count)
                        .put("skipped", skipped);
        return say(total, dry ? count + " deliveries would be made" : "delivering again: " + count);
    }

    private int say(JsonNode answer, String words) {
        if (output.json) {
            shell.terminal().json(answer);
        } else {
            shell.terminal().line(words);
        }
        return ExitCode.OK.number();
    }

    private static String text(JsonNode node, String member) {
        return Listing.text(node.path(member));
    }

    private static void put(ObjectNode into, String name, @Nullable Object value) {
        if (value != null) {
            into.put(name, value.toString());
        }
    }
}
