package dev.belay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Providers;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SendCommandTest {
    private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "github",
                "stripe",
                "shopify",
                "slack",
                "standard-webhooks",
                "svix",
                "generic"
            })
    void what_is_sent_is_genuine_to_the_scheme_it_names(String scheme) {
        try (FakeApi receiver = new FakeApi(202, "{\"received\":true}")) {
            Belay.Ran ran =
                    Belay.run("send", scheme, "--to", receiver.url() + "/in/x", "--secret", SECRET);
            assertThat(ran.err()).isEmpty();
            assertThat(ran.code()).isZero();
            assertThat(ran.out()).contains("202").contains("received");
            Verdict verdict =
                    Providers.named(scheme)
                            .orElseThrow()
                            .scheme()
                            .verify(
                                    receiver.seen().getFirst().signed(),
                                    List.of(Secret.of(SECRET)),
                                    Instant.now());
            assertThat(verdict).isInstanceOf(Verdict.Genuine.class);
        }
    }

    @Test
    void what_signs_the_url_signs_the_one_it_is_sent_to() {
        for (String scheme : new String[] {"square", "twilio", "qstash"}) {
            try (FakeApi receiver = new FakeApi(202, "")) {
                String url = receiver.url() + "/in/x?a=1";
                Belay.Ran ran = Belay.run("send", scheme, "--to", url, "--secret", SECRET);
                assertThat(ran.err()).isEmpty();
                SignedRequest seen = receiver.seen().getFirst().signed();
                SignedRequest atUrl =
                        new SignedRequest(seen.method(), url, seen.headers(), seen.body());
                assertThat(
                                Providers.named(scheme)
                                        .orElseThrow()
                                        .scheme()
                                        .verify(atUrl, List.of(Secret.of(SECRET)), Instant.now()))
                        .as(scheme)
                        .isInstanceOf(Verdict.Genuine.class);
            }
        }
    }

    @Test
    void the_catalogue_is_listed_and_explained_without_a_server() {
        Belay.Ran list = Belay.run("sources", "catalog");
        assertThat(list.code()).isZero();
        assertThat(list.out()).contains("stripe", "gitea", "CONFIDENCE");
        Belay.Ran one = Belay.run("sources", "catalog", "zoom");
        assertThat(one.code()).isZero();
        assertThat(one.out()).contains("x-zm-signature", "deadline", "3 s", "developers.zoom.us");
        assertThat(Belay.run("sources", "catalog", "zoom", "--json").out())
                .contains("\"confidence\"");
        Belay.Ran none = Belay.run("sources", "catalog", "nobody");
        assertThat(none.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(none.err()).contains("nobody");
    }

    @Test
    void a_file_is_sent_byte_for_byte(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("body.json");
        byte[] bytes = {'{', ' ', (byte) 0xff, 0, '\n', '}'};
        Files.write(file, bytes);
        try (FakeApi receiver = new FakeApi(202, "")) {
            Belay.run(
                    "send",
                    "generic",
                    "--to",
                    receiver.url(),
                    "--secret",
                    "s",
                    "--file",
                    file + "");
            assertThat(receiver.seen().getFirst().body().bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void the_secret_can_come_from_the_environment_or_a_file(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("secret");
        Files.writeString(file, "s3cret\n");
        try (FakeApi receiver = new FakeApi(202, "")) {
            String[] common = {"send", "generic", "--to", receiver.url(), "--id", "m1", "--secret"};
            assertThat(Belay.run(append(common, "s3cret")).code()).isZero();
            assertThat(Belay.run(append(common, "file:" + file)).code()).isZero();
            assertThat(Belay.run(Map.of("S", "s3cret"), append(common, "env:S")).code()).isZero();
            for (FakeApi.Seen seen : receiver.seen()) {
                Verdict verdict =
                        Providers.named("generic")
                                .orElseThrow()
                                .scheme()
                                .verify(seen.signed(), List.of(Secret.of("s3cret")), Instant.now());
                assertThat(verdict).isInstanceOf(Verdict.Genuine.class);
            }
            assertThat(receiver.seen()).hasSize(3);
        }
    }

    @Test
    void each_of_several_has_an_id_of_its_own_unless_one_is_given() {
        try (FakeApi receiver = new FakeApi(202, "")) {
            String[] common = {"send", "generic", "--secret", "s", "--to", receiver.url()};
            Belay.run(append(common, "--count", "3"));
            Belay.run(append(common, "--count", "2", "--id", "same"));
            List<String> ids =
                    receiver.seen().stream()
                            .map(s -> s.headers().first("X-Webhook-Id").orElseThrow())
                            .toList();
            assertThat(ids).hasSize(5);
            assertThat(ids.subList(0, 3)).doesNotHaveDuplicates();
            assertThat(ids.subList(3, 5)).containsOnly("same");
        }
    }

    @Test
    void a_refused_signature_a_refusal_and_silence_have_codes_of_their_own() {
        try (FakeApi unauthorised = new FakeApi(401, "no");
                FakeApi full = new FakeApi(503, "full")) {
            assertThat(send(unauthorised.url())).isEqualTo(4);
            assertThat(send(full.url())).isEqualTo(1);
            assertThat(send("http://127.0.0.1:1")).isEqualTo(3);
            assertThat(send("ftp://x")).isEqualTo(2);
        }
    }

    @Test
    void an_unset_variable_an_unreadable_file_or_an_unknown_scheme_is_wrong_usage() {
        assertThat(Belay.run("send", "generic", "--to", "http://x", "--secret", "env:NO").err())
                .contains("the environment variable NO");
        assertThat(
                        Belay.run("send", "generic", "--to", "http://x", "--secret", "file:/no/x")
                                .code())
                .isEqualTo(2);
        assertThat(Belay.run("send", "gitbub", "--to", "http://x", "--secret", "s").err())
                .contains("github");
        assertThat(Belay.run("send", "github", "--to", "http://x").err()).contains("--secret");
    }

    private static int send(String url) {
        return Belay.run("send", "generic", "--to", url, "--secret", "s").code();
    }

    private static String[] append(String[] some, String... more) {
        String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
