package dev.belay.server.api;

import dev.belay.Gateway;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.Source;
import dev.belay.server.config.Declarations;
import dev.belay.server.config.Entries;
import dev.belay.server.config.JsonTree;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import dev.belay.server.http.Request;
import dev.belay.server.http.Response;
import dev.belay.signature.Unverified;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/sources`, `/v1/destinations`, `/v1/subscriptions` and `/v1/catalog`: what is declared.
final class CatalogRoutes {
    private static final List<String> KINDS =
            List.of(Entries.SOURCE, Entries.DESTINATION, Entries.SUBSCRIPTION);

    private final Gateway gateway;
    private final LiveCatalog catalog;
    private final Supplier<String> publicUrl;

    CatalogRoutes(ApiRoutes.Parts parts) {
        gateway = parts.gateway();
        catalog = parts.catalog();
        publicUrl = parts.publicUrl();
    }

    void addTo(ApiRoutes routes) {
        for (String kind : KINDS) {
            String all = "/v1/" + kind + "s";
            String one = all + "/{name}";
            routes.addList(all, (request, values) -> list(request, kind));
            routes.add("GET", one, (request, values) -> JsonBody.ok(view(declared(kind, values))));
            routes.add("PUT", one, (request, values) -> put(request, key(kind, values)));
            routes.add("DELETE", one, (request, values) -> remove(request, key(kind, values)));
        }
        routes.add("PUT", "/v1/catalog", this::replaceFile);
        routes.addList("/v1/sources/{name}/rejects", this::rejects);
        routes.add(
                "POST",
                "/v1/destinations/{name}/pause",
                (request, values) -> stand(request, values, gateway::pause));
        routes.add(
                "POST",
                "/v1/destinations/{name}/resume",
                (request, values) -> stand(request, values, gateway::resume));
    }

    /// All of a kind by name: an operator's entries are few, so there are no pages.
    private Response list(Request request, String kind) {
        QueryText.none(request.query());
        return JsonBody.ok(
                Views.list(
                        catalog.declarations().stream()
                                .filter(declaration -> declaration.key().kind().equals(kind))
                                .toList(),
                        this::view));
    }

    private Response put(Request request, Declaration.Key key) {
        ObjectNode entry = JsonBody.object(request);
        boolean there = find(key) != null;
        done(catalog.put(key, entry.toString()), Set.of(key), false);
        return JsonBody.response(there ? 200 : 201, view(declared(key)));
    }

    private Response remove(Request request, Declaration.Key key) {
        JsonBody.none(request);
        done(catalog.remove(key), Set.of(), false);
        return Response.empty();
    }

    /// Takes the content of a configuration file in place of what the file declared before.
    private Response replaceFile(Request request, List<String> values) {
        ObjectNode body =
                JsonBody.object(request, Set.of("sources", "destinations", "subscriptions"));
        List<Declaration> declarations = new ArrayList<>();
        for (String kind : KINDS) {
            JsonNode entries = body.path(kind + "s");
            if (!entries.isMissingNode() && !entries.isObject()) {
                throw new Refused(
                        Problem.invalid("/" + kind + "s", "must be a mapping of names to entries"));
            }
            entries.properties()
                    .forEach(
                            entry ->
                                    declarations.add(
                                            new Declaration(
                                                    new Declaration.Key(kind, entry.getKey()),
                                                    LiveCatalog.FILE,
                                                    entry.getValue().toString())));
        }
        done(
                catalog.replaceFile(declarations),
                declarations.stream().map(Declaration::key).collect(Collectors.toSet()),
                true);
        return JsonBody.ok(JsonBody.object().put("declared", declarations.size()));
    }

    /// Goes on where the change was made, else answers why not.
    ///
    /// @param sent the entries that the request is about
    /// @param whole whether the request holds entries by kind and name, or one entry
    private static void done(LiveCatalog.Change change, Set<Declaration.Key> sent, boolean whole) {
        switch (change) {
            case LiveCatalog.Change.Done _ -> {}
            case LiveCatalog.Change.Missing _ -> throw new Refused(Problem.notFound());
            case LiveCatalog.Change.InFile _ ->
                    throw new Refused(
                            Problem.conflict(
                                    "The configuration file declares it. Change it there, then run"
                                            + " belay apply."));
            case LiveCatalog.Change.Invalid(List<Declarations.Problem> problems) ->
                    throw new Refused(invalid(problems, sent, whole));
        }
    }

    /// 422 when something sent is wrong; 409 when only others would be, which are named.
    private static Problem invalid(
            List<Declarations.Problem> problems, Set<Declaration.Key> sent, boolean whole) {
        List<Problem.FieldError> errors = new ArrayList<>();
        StringJoiner others =
                new StringJoiner("; ", "Other entries would not be valid then: ", ".")
                        .setEmptyValue("");
        for (Declarations.Problem problem : problems) {
            if (sent.contains(problem.key())) {
                errors.add(fieldError(problem, whole));
            } else {
                others.add(problem.toString());
            }
        }
        if (errors.isEmpty()) {
            return Problem.conflict(others.toString());
        }
        Problem invalid = Problem.invalid(errors);
        return others.length() == 0 ? invalid : invalid.detail(others.toString());
    }

    /// Where the problem is in what was sent.
    private static Problem.FieldError fieldError(Declarations.Problem problem, boolean whole) {
        Declaration.Key key = problem.key();
        String above = whole ? JsonBody.pointer(key.kind() + "s", key.name()) : "";
        return new Problem.FieldError(
                above + problem.problem().pointer(), problem.problem().message());
    }

    private Response rejects(Request request, List<String> values) {
        String name = declared(Entries.SOURCE, values).key().name();
        QueryText query = new QueryText(request.query(), Set.of("limit"));
        Catalog now = gateway.catalog();
        SecretHeaders secret = SecretHeaders.of(now);
        return JsonBody.ok(
                Views.list(
                        gateway.history().rejects(name, query.limit()),
                        reject -> Views.reject(reject, RejectHints.of(now, reject), secret)));
    }

    private interface Standing {
        void of(String destination);
    }

    private Response stand(Request request, List<String> values, Standing standing) {
        JsonBody.none(request);
        Declaration destination = declared(Entries.DESTINATION, values);
        standing.of(destination.key().name());
        return JsonBody.ok(view(destination));
    }

    private Declaration declared(String kind, List<String> values) {
        return declared(key(kind, values));
    }

    private Declaration declared(Declaration.Key key) {
        Declaration found = find(key);
        if (found == null) {
            throw new Refused(Problem.notFound());
        }
        return found;
    }

    private @Nullable Declaration find(Declaration.Key key) {
        return catalog.declarations().stream()
                .filter(declaration -> declaration.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    private static Declaration.Key key(String kind, List<String> values) {
        try {
            return new Declaration.Key(
                    kind,
                    URLDecoder.decode(
                            values.getFirst().replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Refused(Problem.notFound());
        }
    }

    /// The entry as it was declared, secrets hidden, and how what it declares stands now.
    private ObjectNode view(Declaration declaration) {
        String name = declaration.key().name();
        ObjectNode view = JsonBody.object().put("name", name).put("origin", declaration.origin());
        if (JsonTree.json(Entries.masked(JsonTree.read(declaration.json())))
                instanceof ObjectNode entry) {
            view.setAll(entry);
        }
        switch (declaration.key().kind()) {
            case Entries.SOURCE -> {
                Source source = gateway.catalog().source(name);
                view.put("url", publicUrl.get() + "/in/" + name);
                view.put(
                        "verified",
                        source != null && !(source.provider().scheme() instanceof Unverified));
            }
            case Entries.DESTINATION -> {
                var status = gateway.destination(name);
                if (status != null) {
                    Views.standing(view, status);
                }
            }
            default -> {}
        }
        return view;
    }
}
