package dev.belay.server.config;

import dev.belay.DatabaseConfig;
import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.event.Event;
import dev.belay.server.log.LogSettings;
import dev.belay.signature.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `belay.yaml` and says everything that is wrong with it in one pass.
public final class ConfigReader {
    private final Form.Context context;
    private final List<Declaration> declarations = new ArrayList<>();
    private final Set<String> sources = new HashSet<>(Set.of(Event.BUILT_IN_SOURCE, "api"));
    private final Set<String> destinations = new HashSet<>();
    private final Set<String> subscriptions = new HashSet<>();

    private ConfigReader(SecretReferences secrets, List<ConfigProblem> problems) {
        context = new Form.Context(secrets, problems);
    }

    /// Reads a file with the process's environment.
    public static ReadResult read(Path file) {
        return read(file, System.getenv());
    }

    /// Reads a file.
    ///
    /// @param environment the variables that `env:NAME` names
    public static ReadResult read(Path file, Map<String, String> environment) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            SecretReferences secrets =
                    new SecretReferences(environment, directory == null ? Path.of("") : directory);
            return read(Files.readString(file), secrets);
        } catch (CharacterCodingException e) {
            return failed("is not UTF-8: " + file);
        } catch (IOException e) {
            return failed("cannot be read: " + file);
        }
    }

    private static ReadResult failed(String message) {
        return new ReadResult.Problems(List.of(new ConfigProblem("", message, 0)));
    }

    /// Reads the text of a file.
    public static ReadResult read(String yaml, SecretReferences secrets) {
        List<ConfigProblem> problems = new ArrayList<>();
        Tree tree = YamlTree.read(yaml, problems);
        if (tree == null) {
            return new ReadResult.Problems(problems);
        }
        ConfigReader reader = new ConfigReader(secrets, problems);
        Form form = Form.of(tree, reader.context, "");
        Settings settings = reader.settings(form);
        reader.entries(form);
        form.done();
        return problems.isEmpty()
                ? new ReadResult.Config(settings, reader.declarations)
                : new ReadResult.Problems(
                        problems.stream()
                                .distinct()
                                .sorted(Comparator.comparingInt(ConfigProblem::line))
                                .toList());
    }

    private Settings settings(Form form) {
        Settings usual = Settings.defaults();
        InetSocketAddress listen = listen(form, "listen", usual.listen());
        Path data = data(form, usual.data());
        DatabaseConfig database = form.has("database") ? database(form.below("database")) : null;
        Form admin = form.below("admin");
        var tokens = admin.secrets("token");
        if (!tokens.isEmpty() && tokens.getFirst().reveal().length() < 16) {
            admin.problem("token", "must have at least 16 characters");
        }
        InetSocketAddress adminListen = listen(admin, "listen", Settings.usualAdmin(listen));
        admin.done();
        Form log = form.below("log");
        LogSettings.Format format =
                choice(log, "format", usual.log().format(), LogSettings.Format.values());
        LogSettings.Level level =
                choice(log, "level", usual.log().level(), LogSettings.Level.values());
        log.done();
        Form retention = form.below("retention");
        Duration day = Duration.ofHours(1);
        Duration long_ = Duration.ofDays(36_500);
        Duration delivered = retention.duration("delivered", usual.keepDelivered(), day, long_);
        Duration dead = retention.duration("dead", usual.keepDead(), day, long_);
        retention.done();
        Form keys = form.below("keys");
        List<AllowedRange> keysAllowPrivate = List.copyOf(DestinationEntry.ranges(keys));
        keys.done();
        return new Settings(
                listen,
                adminListen,
                data,
                database,
                tokens.isEmpty() ? null : tokens.getFirst(),
                publicUrl(form),
                new LogSettings(format, level),
                delivered,
                dead,
                keysAllowPrivate);
    }

    private static InetSocketAddress listen(Form form, String key, InetSocketAddress absent) {
        String text = form.text(key);
        if (text == null) {
            return absent;
        }
        InetSocketAddress address = ListenAddress.parse(text).orElse(null);
        if (address == null) {
            form.problem(key, "must be an address and a port, such as 127.0.0.1:8080");
            return absent;
        }
        return address;
    }

    private Path data(Form form, Path absent) {
        String text = form.text("data");
        if (text == null) {
            return absent;
        }
        try {
            return context.secrets().directory().resolve(text);
        } catch (InvalidPathException e) {
            form.problem("data", "is not a path");
            return absent;
        }
    }

    private static @Nullable DatabaseConfig database(Form form) {
        String url = form.required("url");
        String user = form.text("user");
        List<Secret> passwords = form.secrets("password");
        boolean allowUnsafe = flag(form, "allow-unsafe");
        form.done();
        if (url == null) {
            return null;
        }
        if (!url.startsWith(DatabaseConfig.SCHEME)) {
            form.problem("url", "must begin with " + DatabaseConfig.SCHEME);
            return null;
        }
        Secret password = passwords.isEmpty() ? null : passwords.getFirst();
        return new DatabaseConfig(url, user, password, allowUnsafe);
    }

    private static boolean flag(Form form, String key) {
        String text = form.text(key, "false");
        if (!text.equals("true") && !text.equals("false")) {
            form.problem(key, "must be true or false");
        }
        return text.equals("true");
    }

    private static @Nullable URI publicUrl(Form form) {
        String text = form.text("public-url");
        if (text == null) {
            return null;
        }
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        form.problem("public-url", "must be a URL such as https://hooks.example.com");
        return null;
    }

    private static <E extends Enum<E>> E choice(Form form, String key, E absent, E[] choices) {
        String text = form.text(key);
        if (text == null) {
            return absent;
        }
        List<String> words = new ArrayList<>();
        for (E choice : choices) {
            String word = choice.name().toLowerCase(java.util.Locale.ROOT);
            if (word.equals(text)) {
                return choice;
            }
            words.add(word);
        }
        form.problem(key, "must be one of " + String.join(", ", words));
        return absent;
    }

    private void entries(Form form) {
        form.below("sources").each((name, tree) -> entry(Entries.SOURCE, name, tree));
        form.below("destinations").each((name, tree) -> entry(Entries.DESTINATION, name, tree));
        List<Tree> list = form.items("subscriptions");
        for (int i = 0; i < list.size(); i++) {
            subscription(list.get(i), "/subscriptions/" + i);
        }
    }

    private void entry(String kind, String name, Tree tree) {
        Form form = Form.of(tree, context, "/" + kind + "s/" + Form.escaped(name));
        Entries.checkName(name, form);
        if (kind.equals(Entries.SOURCE)) {
            SourceEntry.read(name, form);
            sources.add(name);
        } else {
            DestinationEntry.read(name, form);
            destinations.add(name);
        }
        form.done();
        declare(kind, name, tree);
    }

    private void subscription(Tree tree, String pointer) {
        Form form = Form.of(tree, context, pointer);
        String source = form.text("source", "");
        String destination = form.text("destination", "");
        String name = form.text("name");
        if (name == null) {
            name = source + "-to-" + destination;
            for (int n = 2; subscriptions.contains(name); n++) {
                name = source + "-to-" + destination + "-" + n;
            }
            if (Entries.isName(source) && Entries.isName(destination) && !Entries.isName(name)) {
                form.problem("name", "is needed: made of source and destination it is too long");
            }
        } else {
            Entries.checkName(name, form);
            if (subscriptions.contains(name)) {
                form.problem("name", "is there twice");
            }
        }
        SubscriptionEntry.read(name, form);
        if (!source.isEmpty() && !sources.contains(source)) {
            form.problem("source", "names no declared source: " + source);
        }
        if (!destination.isEmpty() && !destinations.contains(destination)) {
            form.problem("destination", "names no declared destination: " + destination);
        }
        form.done();
        subscriptions.add(name);
        declare(Entries.SUBSCRIPTION, name, tree);
    }

    private void declare(String kind, String name, Tree tree) {
        if (tree instanceof Tree.Fields(Map<String, Tree> fields, int line)) {
            // The name is the declaration's key and no part of the entry.
            Map<String, Tree> entry = new java.util.LinkedHashMap<>(fields);
            if (kind.equals(Entries.SUBSCRIPTION)) {
                entry.remove("name");
            }
            declarations.add(
                    new Declaration(
                            new Declaration.Key(kind, name),
                            "file",
                            JsonTree.write(new Tree.Fields(entry, line))));
        }
    }
}
