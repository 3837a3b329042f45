package dev.belay.server;

import dev.belay.DatabaseConfig;
import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.Health;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.delivery.StoreFailure;
import dev.belay.history.HistoryIndex;
import dev.belay.history.Retention;
import dev.belay.server.api.AdminToken;
import dev.belay.server.api.ApiRoutes;
import dev.belay.server.api.LiveCatalog;
import dev.belay.server.config.Declarations;
import dev.belay.server.config.Entries;
import dev.belay.server.config.SecretReferences;
import dev.belay.server.config.Settings;
import dev.belay.server.http.HttpLimits;
import dev.belay.server.http.JsonText;
import dev.belay.server.http.Listener;
import dev.belay.server.http.Response;
import dev.belay.server.http.Router;
import dev.belay.server.log.EventLog;
import dev.belay.server.log.LibraryLog;
import dev.belay.server.log.LineWriter;
import dev.belay.server.log.LogSettings;
import dev.belay.server.metrics.Metrics;
import dev.belay.server.receive.ReceiveHandler;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Secret;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import dev.belay.time.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The gateway as a process: its store, its doors, its metrics and its log, wired in one place.
public final class Server implements AutoCloseable {
    private static final Set<String> PENDING = Set.of("due", "leased", "held");

    private final Settings settings;
    private final EventLog log;

    /// How long a node that shares its store goes on taking requests after it has said that it is
    /// not ready: whoever spreads requests over the nodes hears of it first. A node by itself stops
    /// at once, since there is no other to send them to.
    static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Metrics metrics;
    private final Gateway gateway;
    private final LiveCatalog catalog;
    private final AdminTokenFile.Held token;
    private final Listener adminListener;

    /// Known once the port is: requests that are faster wait for it.
    private final CompletableFuture<String> publicUrl = new CompletableFuture<>();

    private final List<Router.Route> routes;
    private final Time time = new SystemTime();
    private volatile boolean stopping;

    /// What is to be closed, the last opened first.
    private final Deque<Runnable> closing = new ArrayDeque<>();

    /// What a server is started with.
    ///
    /// @param fromFile the entries that the configuration file declares
    /// @param secrets where references to secrets are looked up
    /// @param version told to destinations
    /// @param logOutput where log lines go
    /// @param random makes the admin token, request ids and jitter; must be unpredictable
    public record Start(
            Settings settings,
            List<Declaration> fromFile,
            SecretReferences secrets,
            String version,
            OutputStream logOutput,
            RandomGenerator random) {
        public Start {
            fromFile = List.copyOf(fromFile);
        }
    }

    /// Starts everything, or nothing.
    ///
    /// @throws StartFailure when it cannot
    public static Server start(Start start) throws StartFailure {
        return new Server(start);
    }

    private Server(Start start) throws StartFailure {
        settings = start.settings();
        LineWriter lines = new LineWriter(start.logOutput());
        closing.push(lines::close);
        log = new EventLog(lines, settings.log(), time);
        LibraryLog libraryLog = LibraryLog.install(log);
        closing.push(libraryLog::uninstall);
        try {
            AtomicReference<Supplier<Catalog>> inForce = new AtomicReference<>(Catalog::empty);
            metrics = new Metrics(() -> inForce.get().get());
            gateway = openGateway(start);
            closing.push(gateway::close);
            inForce.set(gateway::catalog);
            catalog = new LiveCatalog(gateway, new Entries(start.secrets()));
            declare(start.fromFile());
            token = AdminTokenFile.hold(settings, start.random());
            SystemTimers timers = new SystemTimers();
            closing.push(timers::close);
            Listener.Parts parts = new Listener.Parts(time, timers, start.random());
            boolean shared = settings.listen().equals(settings.adminListen());
            Router front = new Router();
            Router back = shared ? front : new Router();
            addReceiving(front);
            addHealth(front);
            addAdministration(back);
            if (!shared) {
                addHealth(back);
            }
            routes = shared ? front.routes() : concat(front.routes(), back.routes());
            Listener listener = listen(settings.listen(), front, parts);
            URI declared = settings.publicUrl();
            publicUrl.complete(declared == null ? url(listener.address()) : declared.toString());
            adminListener = shared ? listener : listen(settings.adminListen(), back, parts);
            log.say(LogSettings.Level.INFO, "started", "listening on " + url(listener.address()));
        } catch (StoreFailure failure) {
            close();
            throw StartFailure.surroundings(String.valueOf(failure.getMessage()));
        } catch (StartFailure | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private static List<Router.Route> concat(List<Router.Route> some, List<Router.Route> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private Gateway openGateway(Start start) {
        SignalListener both =
                signal -> {
                    log.on(signal);
                    metrics.on(signal);
                };
        GatewayConfig.Builder config =
                GatewayConfig.at(settings.data())
                        .retention(
                                new Retention.Windows(
                                        settings.keepDelivered(), settings.keepDead()))
                        .keysAllowPrivate(settings.keysAllowPrivate())
                        .version(start.version())
                        .signals(both)
                        .time(time)
                        .random(start.random());
        DatabaseConfig database = settings.database();
        if (database != null) {
            config.database(database);
        }
        return Gateway.open(config.build());
    }

    /// Puts the file's entries and those made through the API in force.
    private void declare(List<Declaration> fromFile) throws StartFailure {
        if (catalog.replaceFile(fromFile) instanceof LiveCatalog.Change.Invalid(var problems)) {
            Set<Declaration.Key> inFile =
                    fromFile.stream().map(Declaration::key).collect(Collectors.toSet());
            throw StartFailure.configuration(
                    problems.stream()
                            .map(
                                    problem ->
                                            inFile.contains(problem.key())
                                                    ? problem.toString()
                                                    : problem + " (made through the API)")
                            .collect(Collectors.joining("\n")));
        }
        List<String> buried = gateway.buryUndeclared();
        if (!buried.isEmpty()) {
            log.say(
                    LogSettings.Level.WARN,
                    "destinations_gone",
                    "what waited for them is dead-lettered: " + String.join(", ", buried));
        }
        gateway.onDeclarations(this::reload);
    }

    /// Obeys what another node has declared, or says why this one cannot.
    private void reload() {
        if (catalog.reload() instanceof LiveCatalog.Change.Invalid(var problems)) {
            log.say(
                    LogSettings.Level.ERROR,
                    "declarations_not_applied",
                    problems.stream()
                            .map(Declarations.Problem::toString)
                            .collect(Collectors.joining("; ")));
        }
    }

    private Listener listen(InetSocketAddress address, Router router, Listener.Parts parts)
            throws StartFailure {
        try {
            Listener listener = Listener.start(address, router, parts, HttpLimits.DEFAULT);
            closing.push(listener::close);
            return listener;
        } catch (IOException e) {
            throw StartFailure.surroundings(
                    "cannot listen on %s:%d: %s"
                            .formatted(
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    e.getMessage()));
        }
    }

    private void addReceiving(Router router) {
        CompletableFuture<ReceiveHandler> handler =
                publicUrl.thenApply(
                        url ->
                                new ReceiveHandler(
                                        name -> gateway.catalog().source(name),
                                        gateway::receive,
                                        url));
        // By GET (which the router lets HEAD share) and OPTIONS some senders register a URL.
        for (String method : List.of("POST", "GET", "OPTIONS")) {
            router.add(
                    method,
                    "/in/{source}",
                    (request, values) -> handler.join().serve(request, values));
        }
    }

    private void addHealth(Router router) {
        router.add("GET", "/healthz", (request, values) -> Response.text("ok\n"));
        router.add("GET", "/readyz", (request, values) -> readiness());
    }

    private void addAdministration(Router router) {
        AdminToken guard = new AdminToken(AdminToken.hash(token.token()), time);
        ApiRoutes.add(router, new ApiRoutes.Parts(gateway, catalog, guard, this::publicUrl));
        metrics.gauge("belay.pending", "Deliveries that are not over", this, Server::pending)
                .gauge("belay.oldest.due.seconds", "Age of what waits longest", this, Server::lag);
        router.add("GET", "/metrics", guard.guard((request, values) -> scrape()));
    }

    private Response readiness() {
        Health health = stopping ? new Health(false, "stopping") : gateway.health();
        StringBuilder json = new StringBuilder("{\"ready\":").append(health.ready());
        if (!health.reason().isEmpty()) {
            json.append(",\"reason\":");
            JsonText.quote(json, health.reason());
        }
        return new Response(
                health.ready() ? 200 : 503,
                "application/json",
                json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private Response scrape() {
        return new Response(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.text().getBytes(StandardCharsets.UTF_8));
    }

    private double pending() {
        return gateway.history().stats().deliveries().stream()
                .filter(count -> PENDING.contains(count.status()))
                .mapToLong(HistoryIndex.Stats.Count::count)
                .sum();
    }

    private double lag() {
        Duration oldest = gateway.history().stats().oldestDue();
        return oldest == null ? 0 : oldest.toMillis() / 1000.0;
    }

    /// Under which senders reach `/in`, without a slash at the end.
    public String publicUrl() {
        return publicUrl.join();
    }

    /// The address of API and metrics.
    public String adminUrl() {
        return url(adminListener.address());
    }

    private static String url(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /// Where the admin token lies, null where it is declared.
    public @Nullable Path tokenFile() {
        return token.file();
    }

    /// The admin token, if this start has made it: to be shown once. Else null.
    public @Nullable Secret newToken() {
        return token.isNew() ? token.token() : null;
    }

    /// Everything that is served, at whichever address.
    List<Router.Route> routes() {
        return routes;
    }

    /// The gateway.
    public Gateway gateway() {
        return gateway;
    }

    /// Goes on as before, but for saying that it is not ready.
    private void sayFarewell() {
        long end = time.nanos() + FAREWELL.toNanos();
        for (long left = FAREWELL.toNanos(); left > 0; left = end - time.nanos()) {
            LockSupport.parkNanos(left);
        }
    }

    /// Stops taking requests, lets those under way and the attempts under way end, and closes the
    /// store. What is not delivered is delivered after the next start.
    @Override
    public synchronized void close() {
        boolean first = !stopping;
        stopping = true;
        if (first && settings.database() != null) {
            sayFarewell();
        }
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
