package dev.belay.server.api;

import dev.belay.Gateway;
import dev.belay.delivery.StoreFailure;
import dev.belay.history.InvalidCursor;
import dev.belay.server.http.Exchange;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import dev.belay.server.http.Router;
import dev.belay.server.receive.ReceiveHandler;
import java.util.function.Supplier;

/// Every route of the API, each behind the admin token, but for the description of the API itself.
public final class ApiRoutes {
    private final Router router;
    private final AdminToken token;

    private ApiRoutes(Router router, AdminToken token) {
        this.router = router;
        this.token = token;
    }

    /// What the API works with.
    ///
    /// @param publicUrl under which senders reach `/in`, without a slash at the end
    public record Parts(
            Gateway gateway, LiveCatalog catalog, AdminToken token, Supplier<String> publicUrl) {}

    /// Adds the API to a router.
    public static void add(Router router, Parts parts) {
        ApiRoutes routes = new ApiRoutes(router, parts.token());
        new EventRoutes(parts.gateway()).addTo(routes);
        new DeliveryRoutes(parts.gateway()).addTo(routes);
        new CatalogRoutes(parts).addTo(routes);
        routes.add(
                "GET",
                "/v1/stats",
                (request, values) -> JsonBody.ok(Views.stats(parts.gateway().history().stats())));
        router.add("GET", "/v1/openapi.json", told(plain((request, values) -> OpenApi.response())));
    }

    /// Adds a route that takes no parameters.
    void add(String method, String template, Exchange exchange) {
        router.add(method, template, token.guard(told(plain(exchange))));
    }

    /// Adds a route that reads parameters with [QueryText].
    void addList(String template, Exchange exchange) {
        router.add("GET", template, token.guard(told(exchange)));
    }

    /// The exchange, with parameters refused: one that is passed over must not seem heeded.
    private static Exchange plain(Exchange exchange) {
        return (request, values) -> {
            QueryText.none(request.query());
            return exchange.serve(request, values);
        };
    }

    /// The exchange, with what the engine throws told as problems.
    private static Exchange told(Exchange exchange) {
        return (request, values) -> {
            try {
                return exchange.serve(request, values);
            } catch (StoreFailure failure) {
                throw new Refused(ReceiveHandler.unavailable(failure.kind()));
            } catch (InvalidCursor e) {
                throw new Refused(Problem.invalid("cursor", "is not a cursor of this list"));
            }
        };
    }
}
