package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {
    @Test
    void the_catalogue_has_at_least_120_entries_to_be_used_as_they_are() {
        assertThat(Providers.all())
                .filteredOn(provider -> provider.provenance().confidence().isConfirmed())
                .hasSizeGreaterThanOrEqualTo(120);
        assertThat(Providers.all()).extracting(Provider::name).doesNotHaveDuplicates();
        assertThat(Providers.all()).extracting(Provider::title).doesNotHaveDuplicates();
        assertThat(Providers.named("github").map(Provider::title)).contains("GitHub");
        assertThat(Providers.named("GitHub")).isEmpty();
        assertThat(Providers.named("custom")).as("a name of our own").isEmpty();
    }

    @Test
    void a_name_with_a_typing_error_is_near_the_right_one() {
        assertThat(Providers.near("gitbub")).contains("github");
        assertThat(Providers.near("strip")).contains("stripe");
        assertThat(Providers.near("shopfiy")).contains("shopify");
        assertThat(Providers.near("telephone-exchange")).isEmpty();
    }

    @Test
    void only_the_entry_named_none_checks_nothing() {
        assertThat(Providers.all())
                .filteredOn(provider -> provider.scheme() instanceof Unverified)
                .extracting(Provider::name)
                .containsExactly("none");
    }

    @Test
    void every_entry_says_where_it_comes_from() {
        for (Provider provider : Providers.all()) {
            assertThat(provider.provenance().seen()).as(provider.name()).isNotBlank();
            assertThat(provider.provenance().reference())
                    .as(provider.name())
                    .matches(text -> text.startsWith("https://") || text.equals("none"));
        }
    }

    @Test
    void what_one_source_or_hearsay_says_is_unconfirmed() {
        assertThat(Confidence.A.isConfirmed()).isTrue();
        assertThat(Confidence.C.isConfirmed()).isTrue();
        assertThat(Confidence.D.isConfirmed()).isFalse();
        assertThat(Confidence.E.isConfirmed()).isFalse();
        assertThat(Providers.named("gitea").orElseThrow().provenance().confidence())
                .isEqualTo(Confidence.D);
    }

    @ParameterizedTest
    @CsvSource({
        "github, 202, 26214400",
        "stripe, 202, 5242880",
        "shopify, 200, 5242880",
        "slack, 200, 5242880",
        "zoom, 200, 5242880",
        "gocardless, 204, 5242880",
        "xero, 200, 5242880"
    })
    void vendors_get_the_answer_and_the_room_they_document(String name, int status, int bytes) {
        assertThat(named(name).acknowledgement().status()).isEqualTo(status);
        assertThat(named(name).bodyLimitBytes()).isEqualTo(bytes);
    }

    @Test
    void an_answer_can_be_without_a_body_or_a_fixed_sentence() {
        assertThat(named("xero").acknowledgement().isEmpty()).isTrue();
        assertThat(named("gocardless").acknowledgement().isEmpty()).isTrue();
        assertThat(named("adyen").acknowledgement())
                .isEqualTo(new Acknowledgement(200, "text/plain; charset=utf-8", "[accepted]"));
        assertThat(named("github").acknowledgement()).isEqualTo(Acknowledgement.ACCEPTED);
    }

    /// Each fault with the line and the key it is at.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "title = A                        | f.txt:1: title = A: is neither",
                "[A]                              | f.txt:1: [A]: is no name",
                "[a];[a]                          | f.txt:2: [a]: is no name, or taken",
                "[a];colour                       | f.txt:2: colour: is neither",
                "[a];title =                      | f.txt:2: title: has no value",
                "[a];verify = none                | f.txt:1: a.title: is missing",
                "[a];title = A;title = B          | f.txt:3: a.title: is there more than once",
                "[a];title = A;verify = md5       | f.txt:3: a.verify: must be one of",
                "[a];title = A;verify = hmac-md5  | f.txt:3: a.verify: must be one of",
                "[a];title = A;verify = hmac-sha256 | f.txt:1: a.signature: is missing",
                "[a];title = A;verify = token;token = cookie x | f.txt:4: a.token: must be header",
                "[a];title = A;verify = hmac-sha256;signature = header S;content = x | f.txt:3: a.verify: the body must be signed",
                "[a];title = A;verify = hmac-sha256;signature = header S;content = {body}{moon} | f.txt:5: a.content: knows no",
                "[a];title = A;verify = hmac-sha256;signature = header S;layout = fields v1 | f.txt:5: a.layout: must be whole",
                "[a];title = A;verify = hmac-sha256;signature = header S;content = {timestamp}{body};timestamp = header T min 5m 5m | f.txt:6: a.timestamp: must be in s",
                "[a];title = A;verify = hmac-sha256;signature = header S;content = {timestamp}{body};timestamp = header T s 5 5 | f.txt:6: a.timestamp: must be a duration",
                "[a];title = A;verify = basic;ack = 500 | f.txt:4: a.ack: must begin",
                "[a];title = A;verify = basic;handshake = PUT probe | f.txt:4: a.handshake: must begin",
                "[a];title = A;verify = basic;handshake = GET echo query q | f.txt:4: a.handshake: lacks the word as",
                "[a];title = A;verify = basic;handshake = GET probe now | f.txt:4: a.handshake: has more words",
                "[a];title = A;verify = basic;body-limit = 5 | f.txt:4: a.body-limit: must be",
                "[a];title = A;verify = basic;document = d;seen = s;confidence = F | f.txt:6: a.confidence: must be one of",
                "[a];title = A;verify = basic;document = d;seen = s;confidence = A;sample = {} | f.txt:7: a.sample: must be",
                "[a];title = A;verify = basic;document = d;seen = s;confidence = A;prefix = v0= | f.txt:7: a.prefix: is not a known key"
            })
    void a_fault_names_its_line_and_key(String lines, String message) {
        assertThatThrownBy(
                        () ->
                                CatalogueText.read("f.txt", lines.replace(';', '\n'))
                                        .forEach(
                                                block ->
                                                        new EntryReader(block, java.util.Map.of())
                                                                .read()))
                .isInstanceOf(CatalogueText.Fault.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void blanks_in_quotes_and_comments_are_read_as_written() {
        List<CatalogueText.Block> blocks =
                CatalogueText.read(
                        "f", "# [no]\n\n[a]\n  prefix = \"HMAC \"\nnote = # no comment\n");

        assertThat(blocks).hasSize(1);
        assertThat(blocks.getFirst().text("prefix")).isEqualTo("HMAC ");
        assertThat(blocks.getFirst().text("note")).isEqualTo("# no comment");
    }

    @Test
    void nothing_printed_holds_a_secret() {
        Secret secret = Secret.of("canary-7f3a:MfKQ9r8GKYqrTwjU");
        SignedRequest request =
                Samples.request(named("token"), null, null, secret, "m", Instant.EPOCH);
        List<Object> printed =
                List.of(
                        secret,
                        request,
                        request.headers(),
                        named("token").scheme().verify(request, List.of(secret), Instant.EPOCH));

        assertThat(request.headers().first("X-Webhook-Token")).contains(secret.reveal());
        for (Object object : printed) {
            assertThat(object.toString()).doesNotContain("canary", "MfKQ");
        }
        for (Provider provider : Providers.all()) {
            IntStream.of(0, 10, 20)
                    .mapToObj(end -> Secret.of("canary !" + "\n".repeat(end)))
                    .map(bad -> provider.scheme().problemWith(bad))
                    .forEach(problem -> assertThat(problem.orElse("")).doesNotContain("canary"));
        }
    }

    private static Provider named(String name) {
        return Providers.named(name).orElseThrow();
    }
}
