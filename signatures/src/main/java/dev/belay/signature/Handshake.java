package dev.belay.signature;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request by which a provider asks whether the endpoint is there and willing, and the answer it
/// expects. A handshake never bypasses verification of anything else: what does not match one
/// exactly is an ordinary event, and an answer to an unsigned one stores nothing.
public sealed interface Handshake {
    /// Longest answer, in bytes; real challenges have about 50. A request that asks for more is no
    /// handshake.
    int MAX_ANSWER_BYTES = 1024;

    /// Longest body in which a challenge is looked for, in bytes.
    int MAX_BODY_BYTES = 16 * 1024;

    /// Which requests are this handshake.
    Trigger trigger();

    /// A value is sent back as it came.
    record Echo(Trigger trigger, Location value, Form form) implements Handshake {}

    /// A value is sent back as its HMAC under the source's first secret, in a JSON object.
    ///
    /// @param prefix in front of the result
    /// @param member the member with the result
    /// @param echo the member with the value itself, or empty for none
    record Computed(
            Trigger trigger,
            Location value,
            Hash hash,
            Encoding encoding,
            String prefix,
            String member,
            String echo)
            implements Handshake {}

    /// The sender asks whether it may send, and names itself (CloudEvents HTTP webhook, section 4):
    /// it may, under that name.
    record Consent(Trigger trigger) implements Handshake {
        private static final String ORIGIN = "WebHook-Request-Origin";
        private static final String RATE = "WebHook-Request-Rate";
    }

    /// The sender wants a URL of its own fetched, by which it learns that the endpoint is willing.
    ///
    /// @param url where in the request
    /// @param pin the hosts that it may lead to
    record Visit(Trigger trigger, Location url, HostPin pin) implements Handshake {
        /// @throws IllegalArgumentException if anybody could have URLs fetched by it
        public Visit {
            if (!trigger.isSigned()) {
                throw new IllegalArgumentException("what is fetched has to be signed");
            }
        }
    }

    /// The sender looks whether somebody answers: 200 without a body.
    record Probe(Trigger trigger) implements Handshake {}

    /// The answer is always the same text.
    record Fixed(Trigger trigger, String contentType, String body) implements Handshake {}

    /// Which requests are a handshake.
    ///
    /// @param method such as `GET`
    /// @param isSigned whether it is signed like an event and has to be verified first
    /// @param conditions all of them hold
    /// @param token where the sender shows the token that the operator gave it for this purpose, or
    ///   null. It must be the source's
    record Trigger(
            String method, boolean isSigned, List<Condition> conditions, @Nullable Location token) {
        public Trigger {
            conditions = List.copyOf(conditions);
        }
    }

    /// At this place there is exactly this text, or, where that is null, nothing.
    record Condition(Location place, @Nullable String text) {}

    /// How a value is sent back.
    sealed interface Form {
        /// As plain text.
        record Text() implements Form {}

        /// As the only member of a JSON object.
        record Json(String member) implements Form {}

        /// In a header, and as a member of a JSON object where that is not empty.
        record InHeader(String name, String member) implements Form {}
    }

    /// What a request is to the handshakes of a provider.
    sealed interface Outcome {
        /// None of them.
        record NotOne() implements Outcome {}

        /// One of them, with a token that is not the source's, or a URL that leads elsewhere.
        record Refused() implements Outcome {}

        /// One of them.
        ///
        /// @param contentType empty where there is no body
        /// @param headers beside the usual ones; safe to be sent
        record Answer(String contentType, String body, Headers headers) implements Outcome {}

        /// One of them, which is answered 200 once this has been fetched: without a body of its
        /// own, from a host that the catalogue pins.
        record Fetch(URI url) implements Outcome {}
    }

    /// Finds the handshake that a request is.
    ///
    /// @param isVerified whether the request was found to be genuine. Signed handshakes are looked
    ///   for only then, the others only before
    /// @param token the one the operator gave the sender for handshakes, or null where there is
    ///   none
    static Outcome meet(
            List<Handshake> handshakes,
            SignedRequest request,
            boolean isVerified,
            List<Secret> secrets,
            @Nullable Secret token) {
        Outcome outcome = new Outcome.NotOne();
        if (handshakes.isEmpty() || request.body().length > MAX_BODY_BYTES) {
            return outcome;
        }
        Parsed parsed = new Parsed(request);
        for (Handshake handshake : handshakes) {
            Trigger trigger = handshake.trigger();
            if (trigger.isSigned() != isVerified || !isMet(trigger, parsed)) {
                continue;
            }
            if (handshake instanceof Visit(_, Location where, HostPin pin)) {
                URI url = pin.admitted(parsed.find(where), true);
                return url == null ? new Outcome.Refused() : new Outcome.Fetch(url);
            }
            Outcome.Answer answer = handshake.answer(parsed, secrets);
            if (answer == null || utf8(answer.body()).length > MAX_ANSWER_BYTES) {
                continue;
            }
            if (trigger.token() != null && !isToken(parsed.find(trigger.token()), token)) {
                outcome = new Outcome.Refused();
                continue;
            }
            return answer;
        }
        return outcome;
    }

    private static boolean isMet(Trigger trigger, Parsed parsed) {
        return trigger.method().equals(parsed.request().method())
                && trigger.conditions().stream().allMatch(condition -> holds(condition, parsed));
    }

    private static boolean holds(Condition condition, Parsed parsed) {
        if (condition.text() != null) {
            return condition.text().equals(parsed.find(condition.place()));
        }
        // An object or an array is no text, and yet it is there.
        return condition.place() instanceof Location.Pointer(String pointer)
                ? parsed.json() == null || parsed.json().at(pointer) == null
                : parsed.find(condition.place()) == null;
    }

    private static boolean isToken(@Nullable String shown, @Nullable Secret token) {
        return shown != null && token != null && JwtScheme.isSame(shown, token.reveal());
    }

    private Outcome.@Nullable Answer answer(Parsed parsed, List<Secret> secrets) {
        return switch (this) {
            case Echo(_, Location value, Form form) -> {
                String text = usable(parsed.find(value));
                yield text == null ? null : echo(text, form);
            }
            case Computed computed -> {
                String text = usable(parsed.find(computed.value()));
                yield text == null || secrets.isEmpty() ? null : computed(computed, text, secrets);
            }
            case Consent _ -> consent(parsed.request().headers());
            case Visit _ -> null;
            case Probe _ -> new Outcome.Answer("", "", Headers.empty());
            case Fixed(_, String contentType, String body) ->
                    new Outcome.Answer(contentType, body, Headers.empty());
        };
    }

    private static Outcome.@Nullable Answer echo(String text, Form form) {
        return switch (form) {
            case Form.Text() -> answer(text);
            case Form.Json(String member) -> json(member, text, Headers.empty());
            case Form.InHeader(String name, String member) -> {
                if (!isHeaderValue(text)) {
                    yield null;
                }
                Headers headers = Headers.of(name, text);
                yield member.isEmpty()
                        ? new Outcome.Answer("", "", headers)
                        : json(member, text, headers);
            }
        };
    }

    private static Outcome.Answer answer(String text) {
        return new Outcome.Answer("text/plain; charset=utf-8", text, Headers.empty());
    }

    private static Outcome.Answer json(String member, String text, Headers headers) {
        return new Outcome.Answer(
                "application/json",
                "{" + JsonText.quoted(member) + ":" + JsonText.quoted(text) + "}",
                headers);
    }

    private static Outcome.Answer computed(Computed computed, String text, List<Secret> secrets) {
        byte[] mac =
                new Algorithm.Hmac(computed.hash(), SecretForm.UTF8)
                        .sign(secrets.getFirst(), List.of(utf8(text)));
        String result = computed.prefix() + computed.encoding().encode(mac);
        List<String> members = new ArrayList<>(2);
        if (!computed.echo().isEmpty()) {
            members.add(JsonText.quoted(computed.echo()) + ":" + JsonText.quoted(text));
        }
        members.add(JsonText.quoted(computed.member()) + ":" + JsonText.quoted(result));
        return new Outcome.Answer(
                "application/json", "{" + String.join(",", members) + "}", Headers.empty());
    }

    private static Outcome.@Nullable Answer consent(Headers request) {
        HeaderName.Found origin = HeaderName.of(Consent.ORIGIN).in(request);
        if (origin.problem() != null
                || origin.text().length() > 255
                || !isHeaderValue(origin.text())) {
            return null;
        }
        Headers headers =
                Headers.of("WebHook-Allowed-Origin", origin.text(), "Allow", "OPTIONS, POST");
        if (request.count(Consent.RATE) > 0) {
            headers = headers.with("WebHook-Allowed-Rate", "*");
        }
        return new Outcome.Answer("", "", headers);
    }

    /// The text, where it may be sent back: not too long, and nothing in it that a terminal or a
    /// header would take for a command.
    private static @Nullable String usable(@Nullable String text) {
        return text != null
                        && !text.isEmpty()
                        && text.length() <= MAX_ANSWER_BYTES
                        && text.chars()
                                .noneMatch(
                                        c ->
                                                Character.isISOControl(c)
                                                        || Character.isSurrogate((char) c))
                ? text
                : null;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isHeaderValue(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }
}
