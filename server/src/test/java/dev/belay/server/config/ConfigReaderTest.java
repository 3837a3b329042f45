package dev.belay.server.config;

import static dev.belay.server.config.Reading.config;
import static dev.belay.server.config.Reading.entry;
import static dev.belay.server.config.Reading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.DatabaseConfig;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.server.log.LogSettings;
import dev.belay.signature.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigReaderTest {
    private static final String EXAMPLE =
            """
            listen: 127.0.0.1:8080
            data: ./data
            admin:
              token: env:BELAY_ADMIN_TOKEN
            sources:
              github:
                scheme: github
                secrets: [env:GITHUB_SECRET]
              shop:
                scheme:
                  hmac: { hash: sha256, encoding: hex, header: X-Webhook-Signature, prefix: "", content: "{body}" }
                  id: { header: X-Webhook-Id, or: /id }
                  type: /type
                secrets: ["s3cret"]
            destinations:
              reviewer:
                url: http://127.0.0.1:9000/hook
                allow-private: ["127.0.0.1/32"]
                signing: { secrets: [env:REVIEWER_SECRET] }
                timeout: 10s
                breaker: { failures: 5, reset: 60s }
            subscriptions:
              - source: github
                destination: reviewer
                filter: event.type == "push"
                retry: { attempts: 5, base: 2s, factor: 2, cap: 300s, jitter: 0.1 }
            """;

    private static final Entries ENTRIES = new Entries(Reading.SECRETS);

    private static Tree tree(ReadResult.Config config, int index) {
        return JsonTree.read(config.declarations().get(index).json());
    }

    @Test
    void the_example_reads() {
        ReadResult.Config config = config(EXAMPLE);
        assertThat(config.settings().listen().getPort()).isEqualTo(8080);
        assertThat(config.settings().data()).isEqualTo(Path.of("conf/./data"));
        assertThat(config.settings().adminToken()).isEqualTo(Secret.of("admin-token-of-env-0123"));
        assertThat(config.declarations())
                .extracting(d -> d.key().kind() + " " + d.key().name() + " " + d.origin())
                .containsExactly(
                        "source github file",
                        "source shop file",
                        "destination reviewer file",
                        "subscription github-to-reviewer file");

        Source shop = entry(ENTRIES.source("shop", tree(config, 1)));
        assertThat(shop.secrets().current()).containsExactly(Secret.of("s3cret"));
        assertThat(shop.provider().name()).isEqualTo("custom");
        assertThat(shop.eventId()).hasSize(2);
        Destination.Http reviewer =
                (Destination.Http) entry(ENTRIES.destination("reviewer", tree(config, 2)));
        assertThat(reviewer.url()).isEqualTo(URI.create("http://127.0.0.1:9000/hook"));
        assertThat(reviewer.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(reviewer.breaker().reset()).isEqualTo(Duration.ofSeconds(60));
        Subscription push = entry(ENTRIES.subscription("github-to-reviewer", tree(config, 3)));
        assertThat(push.filter()).isNotNull();
        assertThat(push.retry().attempts()).isEqualTo(5);
        assertThat(push.retry().jitter()).isEqualTo(0.1);
    }

    @Test
    void what_is_declared_never_holds_the_value_of_a_reference() {
        for (Declaration declaration : config(EXAMPLE).declarations()) {
            assertThat(declaration.json()).doesNotContain("github-value-of-env", "MfKQ9r8G");
        }
    }

    @Test
    void a_file_with_nothing_in_it_means_the_defaults() {
        for (String nothing :
                List.of("", "\n", "# only a remark\n", "---\n", "{}", "~", "\ufeff")) {
            ReadResult.Config config = config(nothing);
            assertThat(config.declarations()).isEmpty();
            assertThat(config.settings()).isEqualTo(Settings.defaults());
        }
    }

    @Test
    void a_database_takes_the_place_of_the_embedded_store() {
        assertThat(Settings.defaults().database()).isNull();
        String url = "jdbc:postgresql://127.0.0.1/belay";
        assertThat(config("database: { url: " + url + " }").settings().database())
                .isEqualTo(new DatabaseConfig(url, null, null, false));
        String all =
                """
                database:
                  url: jdbc:postgresql://127.0.0.1/belay
                  user: belay
                  password: env:BELAY_ADMIN_TOKEN
                  allow-unsafe: true
                """;
        Secret password = Secret.of("admin-token-of-env-0123");
        Settings settings = config(all).settings();
        assertThat(settings.database()).isEqualTo(new DatabaseConfig(url, "belay", password, true));
        assertThat(settings.listeningOn(settings.listen())).isEqualTo(settings);
    }

    @Test
    void every_problem_is_told_in_one_pass_with_path_and_line() {
        assertThat(
                        problems(
                                """
                                listen: nowhere:port
                                surprise: 1
                                admin: { token: short }
                                public-url: ftp://x
                                log: { format: xml, level: LOUD }
                                retention: { delivered: 1ms }
                                sources:
                                  github:
                                    scheme: github
                                    secrets: [env:NOT_SET, file:not/there, literal]
                                  open: { scheme: github }
                                  odd: { scheme: smoke, secrets: [x], id: id }
                                  -bad: { scheme: none }
                                destinations:
                                  inside: { url: "http://10.0.0.1/" }
                                  many:
                                    url: https://example.com/
                                    timeout: 10
                                    concurrency: 0
                                    headers: { Host: x }
                                    breaker: { failures: many, resets: 1s }
                                  twice: { url: https://example.com/, url: https://example.com/ }
                                subscriptions:
                                  - { source: github, destination: nobody, filter: "event.type ==" }
                                  - { source: nothing, destination: many, retry: { factor: 0.5, jitter: 2 } }
                                  - { destination: many, types: ["a*b"] }
                                """))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("line 1: listen must be an address and"),
                        p ->
                                assertThat(p)
                                        .startsWith("line 2: surprise is not a known key here")
                                        .endsWith(
                                                "known: admin, data, database, destinations, keys, listen, log,"
                                                        + " public-url, retention, sources,"
                                                        + " subscriptions"),
                        p -> assertThat(p).startsWith("line 3: admin.token must have at least 16"),
                        p -> assertThat(p).startsWith("line 4: public-url must be a URL"),
                        p ->
                                assertThat(p)
                                        .isEqualTo("line 5: log.format must be one of text, json"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 5: log.level must be one of info, warn, error"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 6: retention.delivered must be 1h to 36500d"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 10: sources.github.secrets[0] needs the environment"
                                                        + " variable NOT_SET"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 10: sources.github.secrets[1] needs a readable file:"
                                                        + " not/there"),
                        p -> assertThat(p).startsWith("line 11: sources.open.secrets is missing"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 12: sources.odd.scheme is not in the catalogue"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 12: sources.odd.id must be a JSON pointer"),
                        p -> assertThat(p).startsWith("line 13: sources.-bad must be named with"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 15: destinations.inside.url 10.0.0.1 is a"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 18: destinations.many.timeout must be a dur"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 19: destinations.many.concurrency must be"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 20: destinations.many.headers the header H"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 21: destinations.many.breaker.failures mu"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 21: destinations.many.breaker.resets is not a known"
                                                        + " key here; known: failures, probes, reset"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 22: destinations.twice.url is there twice"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 24: subscriptions[0].filter is not usable"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 24: subscriptions[0].destination names no declared"
                                                        + " destination: nobody"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 25: subscriptions[1].retry.factor must be a"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 25: subscriptions[1].retry.jitter must be a"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "line 25: subscriptions[1].source names no declared"
                                                        + " source: nothing"),
                        p -> assertThat(p).isEqualTo("line 26: subscriptions[2].source is missing"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "line 26: subscriptions[2].types must be event"));
    }

    @Test
    void a_source_without_a_secret_is_refused_and_one_that_says_none_is_not() {
        for (String secrets :
                List.of(
                        "",
                        ", secrets: []",
                        ", secrets: ~",
                        ", secrets: ['  ']",
                        ", secrets: ['x']")) {
            assertThat(problems("sources: { a: { scheme: github" + secrets + " } }"))
                    .as(secrets)
                    .isNotEmpty();
        }
        assertThat(problems("sources: { a: { scheme: none } }")).isEmpty();
        assertThat(problems("sources: { a: { scheme: none, secrets: [x] } }"))
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("sources.a.secrets cannot be used");
    }

    @Test
    void a_private_destination_needs_a_range_that_names_it() {
        String url = "destinations: { a: { url: 'http://127.0.0.1:9/'%s } }";
        assertThat(problems(url.formatted(""))).hasSize(1);
        assertThat(problems(url.formatted(", allow-private: [10.0.0.0/8]"))).hasSize(1);
        assertThat(problems(url.formatted(", allow-private: [127.0.0.0/8]"))).isEmpty();
        assertThat(problems(url.formatted(", allow-private: [127.0.0.1/8]"))).hasSize(2);
        assertThat(problems(url.formatted(", allow-private: [example.com]"))).hasSize(2);
    }

    @Test
    void names_of_subscriptions_are_made_up_once_each_and_never_too_long() {
        String both = "{ source: api, destination: d }";
        String head = "destinations: { d: { url: https://example.com/ } }\nsubscriptions: ";
        assertThat(config(head + "[" + both + ", " + both + "]").declarations())
                .extracting(d -> d.key().name())
                .containsExactly("d", "api-to-d", "api-to-d-2");
        assertThat(
                        problems(
                                head
                                        + "[{ name: a, source: api, destination: d }, { name: a, source: api, destination: d }]"))
                .containsExactly("line 2: subscriptions[1].name is there twice");

        String longName = "d".repeat(62);
        String withLong = head.replace("{ d:", "{ " + longName + ":");
        String entry = "source: api, destination: " + longName;
        assertThat(problems(withLong + "[{ " + entry + " }]"))
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("subscriptions[0].name is needed");
        assertThat(problems(withLong + "[{ name: n, " + entry + " }]")).isEmpty();
    }

    @Test
    void built_in_names_are_taken() {
        for (String name : List.of("belay", "api")) {
            assertThat(problems("sources: { " + name + ": { scheme: none } }"))
                    .containsExactly(
                            "line 1: sources."
                                    + name
                                    + " cannot be named "
                                    + name
                                    + ": that name is built in");
        }
    }

    @Test
    void a_missing_value_is_told_once() {
        assertThat(
                        problems(
                                """
                                destinations: { d: { url: [a], headers: { X-A: [b], X-B: "" }, rate: { per-second: [1] } } }
                                subscriptions: [{ source: [a], destination: ~ }]
                                """))
                .doesNotHaveDuplicates()
                .hasSize(6);
    }

    @Test
    void settings_are_read() {
        Settings settings =
                config(
                                """
                                listen: "[::1]:0"
                                data: /var/lib/belay
                                public-url: https://hooks.example.com/
                                log: { format: json, level: warn }
                                retention: { delivered: 1d, dead: 2d }
                                """)
                        .settings();
        assertThat(settings.listen().getAddress().isLoopbackAddress()).isTrue();
        assertThat(settings.data()).isEqualTo(Path.of("/var/lib/belay"));
        assertThat(settings.publicUrl()).isEqualTo(URI.create("https://hooks.example.com"));
        assertThat(settings.log())
                .isEqualTo(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.WARN));
        assertThat(settings.keepDelivered()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.keepDead()).isEqualTo(Duration.ofDays(2));
        assertThat(config("listen: 9000").settings().listen().getPort()).isEqualTo(9000);
        for (String listen :
                List.of("127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:", "x y:1", "''")) {
            assertThat(problems("listen: " + listen)).as(listen).hasSize(1);
        }
        for (String url :
                List.of("https://u:p@x", "https://x?q", "https://x/#f", "//x", "x", "' '")) {
            assertThat(problems("public-url: " + url)).as(url).hasSize(1);
        }
    }

    @Test
    void a_file_that_cannot_be_read_is_a_problem(@TempDir Path directory) throws IOException {
        Path latin =
                Files.write(directory.resolve("latin"), new byte[] {'a', ':', ' ', (byte) 0xe4});
        assertThat(ConfigReader.read(latin, Map.of()).toString()).contains("is not UTF-8");
        assertThat(ConfigReader.read(directory.resolve("absent"), Map.of()).toString())
                .contains("cannot be read");
        assertThat(ConfigReader.read(directory, Map.of()).toString()).contains("cannot be read");
        Path good =
                Files.writeString(
                        directory.resolve("good"),
                        "sources: { a: { scheme: github, secrets: [file:secret] } }",
                        StandardCharsets.UTF_8);
        assertThat(ConfigReader.read(good, Map.of()).toString())
                .contains("needs a readable file: secret");
        Files.writeString(directory.resolve("secret"), "value\n");
        assertThat(ConfigReader.read(good, Map.of())).isInstanceOf(ReadResult.Config.class);
    }
}
