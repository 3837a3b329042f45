package dev.belay.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds who serves a request, by method and path. Paths are compared as sent: nothing is decoded,
/// resolved or redirected, so what a template does not name is not there.
public final class Router {
    /// Routes by their first segment.
    private final Map<String, List<Route>> routes = new HashMap<>();

    /// What may be served.
    ///
    /// @param method in upper case
    /// @param template such as `/v1/events/{id}`; a `{…}` stands for one non-empty segment
    public record Route(String method, String template, Exchange exchange) {}

    /// Adds a route.
    public Router add(String method, String template, Exchange exchange) {
        routes.computeIfAbsent(firstSegment(template), key -> new ArrayList<>())
                .add(new Route(method, template, exchange));
        return this;
    }

    /// Every route.
    public List<Route> routes() {
        return routes.values().stream().flatMap(List::stream).toList();
    }

    /// Serves the request, or answers 404 or 405.
    Response serve(Request request) {
        List<Route> candidates = routes.get(firstSegment(request.path()));
        if (candidates == null) {
            throw new Refused(Problem.notFound());
        }
        Set<String> allowed = new TreeSet<>();
        List<String> values = new ArrayList<>(1);
        for (Route route : candidates) {
            if (!matches(route.template(), request.path(), values)) {
                continue;
            }
            boolean head = request.method().equals("HEAD") && route.method().equals("GET");
            if (head || route.method().equals(request.method())) {
                return route.exchange().serve(request, values);
            }
            allowed.add(route.method());
        }
        if (allowed.isEmpty()) {
            throw new Refused(Problem.notFound());
        }
        return Problem.of(405, "method-not-allowed", "The method is not allowed here.")
                .response()
                .with("allow", String.join(", ", allowed));
    }

    private static String firstSegment(String path) {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static boolean matches(String template, String path, List<String> values) {
        values.clear();
        int t = 0;
        int p = 0;
        while (t < template.length() && p < path.length()) {
            char c = template.charAt(t);
            if (c != '{') {
                if (c != path.charAt(p)) {
                    return false;
                }
                t++;
                p++;
                continue;
            }
            int end = path.indexOf('/', p);
            end = end < 0 ? path.length() : end;
            if (end == p) {
                return false;
            }
            values.add(path.substring(p, end));
            p = end;
            t = template.indexOf('}', t) + 1;
        }
        return t == template.length() && p == path.length();
    }
}
