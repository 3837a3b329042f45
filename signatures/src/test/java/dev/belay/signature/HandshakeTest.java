package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Handshake.Outcome;
import dev.belay.signature.Handshake.Outcome.Answer;
import dev.belay.signature.Handshake.Outcome.NotOne;
import dev.belay.signature.Handshake.Outcome.Refused;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final Secret SECRET = Secret.of("s3cret");
    private static final Secret TOKEN = Secret.of("verify-me");
    private static final String URL = "https://hooks.example.com/in/x";
    private static final Headers NONE = Headers.empty();
    private static final Outcome NOT_ONE = new NotOne();

    /// A text echoed from the body of a signed POST (H1).
    @Test
    void slack_and_twitch_get_their_challenge_back_once_it_is_verified() {
        String slack = "{\"type\":\"url_verification\",\"challenge\":\"3eZbrw1a\"}";
        assertThat(meet("slack", post(slack), true)).isEqualTo(text("3eZbrw1a"));
        assertThat(meet("slack", post(slack), false)).as("not yet verified").isEqualTo(NOT_ONE);
        assertThat(meet("slack", post("{\"type\":\"event_callback\",\"challenge\":\"x\"}"), true))
                .isEqualTo(NOT_ONE);

        Headers type = Headers.of("Twitch-Eventsub-Message-Type", "webhook_callback_verification");
        SignedRequest twitch = post("{\"challenge\":\"pogchamp\"}").with(type);
        assertThat(meet("twitch", twitch, true)).isEqualTo(text("pogchamp"));
        assertThat(meet("twitch", twitch.with(NONE), true)).isEqualTo(NOT_ONE);
    }

    @Test
    void a_marker_inside_an_ordinary_event_makes_no_handshake() {
        String monday = "{\"challenge\":\"3eZbrw1a\"}";
        assertThat(meet("monday", post(monday), false)).isEqualTo(json("challenge", "3eZbrw1a"));
        assertThat(meet("monday", post("{\"challenge\":\"a\",\"event\":\"b\"}"), false))
                .isEqualTo(NOT_ONE);
        SignedRequest graph =
                new SignedRequest("POST", URL + "?validationToken=Hello%3A+you", NONE, bytes(""));
        assertThat(meet("microsoft-graph", graph, false)).isEqualTo(text("Hello: you"));
        SignedRequest smartsheet = post("").with(Headers.of("Smartsheet-Hook-Challenge", "c1"));
        assertThat(meet("smartsheet", smartsheet, false))
                .isEqualTo(
                        new Answer(
                                "application/json",
                                "{\"smartsheetHookResponse\":\"c1\"}",
                                Headers.of("Smartsheet-Hook-Response", "c1")));
        assertThat(meet("smartsheet", smartsheet.with(bytes("{\"nonce\":\"n\"}")), false))
                .isEqualTo(NOT_ONE);
    }

    /// A query parameter echoed, with a token beside it (H2).
    @Test
    void meta_gets_its_challenge_back_for_the_right_verify_token_only() {
        String asked = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
        assertThat(meet("whatsapp", get(asked + "verify-me"), false)).isEqualTo(text("1158201444"));
        for (String wrong : List.of("", "verify-m", "verify-mee", "s3cret")) {
            assertThat(meet("whatsapp", get(asked + wrong), false)).isEqualTo(new Refused());
        }
        assertThat(
                        Handshake.meet(
                                handshakes("whatsapp"),
                                get(asked + "verify-me"),
                                false,
                                List.of(SECRET),
                                null))
                .as("no token given to the source never means accept")
                .isEqualTo(new Refused());
        assertThat(meet("whatsapp", get("?hub.challenge=1"), false)).isEqualTo(NOT_ONE);
        assertThat(meet("whatsapp", get(asked + "verify-me&hub.mode=x"), false))
                .as("the mode twice is no mode")
                .isEqualTo(NOT_ONE);
        assertThat(meet("dropbox", get("?challenge=abc"), false)).isEqualTo(text("abc"));
    }

    /// A header echoed (H3).
    @Test
    void okta_gets_a_header_back_as_json() {
        SignedRequest asked = get("").with(Headers.of("X-Okta-Verification-Challenge", "q\"<a>"));
        assertThat(meet("okta", asked, false))
                .isEqualTo(
                        new Answer(
                                "application/json",
                                "{\"verification\":\"q\\\"\\u003ca\\u003e\"}",
                                NONE));
        assertThat(meet("okta", get(""), false)).isEqualTo(NOT_ONE);
    }

    /// A value answered with its HMAC (H4). The values were made with OpenSSL.
    @Test
    void zoom_and_x_get_the_mac_of_their_token() {
        String zoom =
                "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\"qgg8vlvZ\"}}";
        assertThat(meet("zoom", post(zoom), true))
                .isEqualTo(
                        new Answer(
                                "application/json",
                                "{\"plainToken\":\"qgg8vlvZ\",\"encryptedToken\":"
                                        + "\"f87c3d6c48a1984b48247dc47e3638d778124548c11e8def5e5130a19a9bc815\"}",
                                NONE));
        assertThat(meet("zoom", post(zoom), false)).isEqualTo(NOT_ONE);
        assertThat(meet("x", get("?crc_token=challenge_string"), false))
                .isEqualTo(
                        new Answer(
                                "application/json",
                                "{\"response_token\":\"sha256=nvqHBp8Arm4x8J8HIpXYCDu6hISdDhOxFQN6VRpCUp0=\"}",
                                NONE));
        assertThat(Handshake.meet(handshakes("x"), get("?crc_token=c"), false, List.of(), null))
                .isEqualTo(NOT_ONE);
    }

    /// Consent in a header (H5).
    @Test
    void a_cloudevents_sender_is_allowed_under_the_name_it_gives() {
        SignedRequest asked =
                new SignedRequest(
                        "OPTIONS",
                        URL,
                        Headers.of(
                                "WebHook-Request-Origin", "eventemitter.example.com",
                                "WebHook-Request-Rate", "120"),
                        bytes(""));
        assertThat(meet("cloudevents", asked, false))
                .isEqualTo(
                        new Answer(
                                "",
                                "",
                                Headers.of(
                                        "WebHook-Allowed-Origin", "eventemitter.example.com",
                                        "Allow", "OPTIONS, POST",
                                        "WebHook-Allowed-Rate", "*")));
        for (String bad : List.of("", "a\r\nb", "\u00e9", "a".repeat(300))) {
            assertThat(
                            meet(
                                    "cloudevents",
                                    asked.with(Headers.of("WebHook-Request-Origin", bad)),
                                    false))
                    .isEqualTo(NOT_ONE);
        }
    }

    /// An empty look (H7), and a fixed answer (H10).
    @Test
    void trello_looks_and_discord_pings() {
        SignedRequest look = new SignedRequest("HEAD", URL, NONE, bytes(""));
        assertThat(meet("trello", look, false)).isEqualTo(new Answer("", "", NONE));
        assertThat(meet("trello", get(""), false)).isEqualTo(NOT_ONE);
        assertThat(meet("github", look, false)).isEqualTo(NOT_ONE);

        assertThat(meet("discord", post("{\"type\":1}"), true))
                .isEqualTo(new Answer("application/json", "{\"type\":1}", NONE));
        assertThat(meet("discord", post("{\"type\":1}"), false)).isEqualTo(NOT_ONE);
        assertThat(meet("discord", post("{\"type\":2}"), true)).isEqualTo(NOT_ONE);
        assertThat(meet("discord-events", post("{\"type\":1}"), true))
                .as("there type 1 is an event")
                .isEqualTo(NOT_ONE);
    }

    @Test
    void an_event_grid_subscription_is_validated_after_its_token() {
        SignedRequest asked =
                post("[{\"eventType\":\"x\",\"data\":{\"validationCode\":\"512d38b6\"}}]")
                        .with(Headers.of("aeg-event-type", "SubscriptionValidation"));
        assertThat(meet("azure-event-grid", asked, true))
                .isEqualTo(json("validationResponse", "512d38b6"));
        assertThat(meet("azure-event-grid", asked, false)).isEqualTo(NOT_ONE);
    }

    @Test
    void an_answer_has_at_most_1024_bytes() {
        String at = "a".repeat(1024);
        assertThat(meet("dropbox", get("?challenge=" + at), false)).isEqualTo(text(at));
        assertThat(meet("dropbox", get("?challenge=" + at + "a"), false)).isEqualTo(NOT_ONE);
        assertThat(meet("dropbox", get("?challenge=%C3%A9" + at.substring(1)), false))
                .as("bytes, not characters")
                .isEqualTo(NOT_ONE);
        assertThat(meet("monday", post("{\"challenge\":\"" + at + "\"}"), false))
                .as("the JSON around it counts")
                .isEqualTo(NOT_ONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"challenge\":\"\"}",
                "{\"challenge\":null}",
                "{\"challenge\":{\"a\":1}}",
                "{\"challenge\":\"a\\u0000b\"}",
                "{\"challenge\":\"a\\u001b[31m\"}",
                "{\"challenge\":\"\\ud83d\"}",
                "{\"challenge\":\"a\",\"challenge\":\"b\"}",
                "{\"challenge\":\"a\"} x",
                "\uFEFF{\"challenge\":\"a\"}",
                "challenge",
                ""
            })
    void what_leaves_room_for_doubt_is_no_challenge(String body) {
        assertThat(meet("monday", post(body), false)).isEqualTo(NOT_ONE);
    }

    /// No entry answers an unsigned POST that looks like an event of its own.
    @ParameterizedTest
    @CsvSource({"monday", "microsoft-graph", "smartsheet", "ringcentral"})
    void a_sample_event_is_never_taken_for_an_unsigned_handshake(String name) {
        Provider provider = Providers.named(name).orElseThrow();
        SignedRequest sample =
                Samples.request(
                        provider,
                        URL + "?validationToken=x",
                        null,
                        null,
                        TestKeys.of(provider.scheme(), 0).signing(),
                        "1234567890",
                        java.time.Instant.EPOCH);
        Headers more = Headers.of("Smartsheet-Hook-Challenge", "c", "Validation-Token", "t");

        assertThat(meet(name, sample.with(sample.headers().with(more)), false)).isEqualTo(NOT_ONE);
    }

    private static Outcome meet(String name, SignedRequest request, boolean isVerified) {
        return Handshake.meet(handshakes(name), request, isVerified, List.of(SECRET), TOKEN);
    }

    private static List<Handshake> handshakes(String name) {
        return Providers.named(name).orElseThrow().handshakes();
    }

    private static Outcome text(String text) {
        return new Answer("text/plain; charset=utf-8", text, NONE);
    }

    private static Outcome json(String member, String text) {
        return new Answer("application/json", "{\"" + member + "\":\"" + text + "\"}", NONE);
    }

    private static SignedRequest post(String body) {
        return new SignedRequest("POST", URL, NONE, bytes(body));
    }

    private static SignedRequest get(String query) {
        return new SignedRequest("GET", URL + query, NONE, bytes(""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
