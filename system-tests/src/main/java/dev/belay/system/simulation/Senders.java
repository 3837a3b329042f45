package dev.belay.system.simulation;

import dev.belay.event.Body;
import dev.belay.event.EventId;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Ingest.Kept;
import dev.belay.ingest.Receipt;
import dev.belay.signature.Headers;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/// Everyone who sends: providers that try until they are answered, and now and then send what they
/// sent before; and others who should not be believed.
final class Senders {
    /// How far a timestamp may be from the gateway's clock.
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final long ANSWER_TIMEOUT_MICROS = 15_000_000;
    private static final Provider SHOP = Providers.named("standard-webhooks").orElseThrow();
    private static final Provider HUB = Providers.named("github").orElseThrow();
    private static final Secret WRONG = Secret.of("whsec_d3Jvbmctc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U=");

    private final Machine machine;
    private final Dice dice;
    private int unanswered;

    Senders(Machine machine, Dice dice) {
        this.machine = machine;
        this.dice = dice;
    }

    /// Messages whose sender has no answer yet.
    int unanswered() {
        return unanswered;
    }

    /// Has all messages of the plan sent some time during its span.
    void start() {
        Plan plan = machine.plan();
        for (int i = 0; i < plan.messages(); i++) {
            Message message = message(i);
            machine.ledger().sends(message);
            long at = (long) (dice.numbers().nextDouble() * plan.spanMicros());
            begin(message, at);
            if (dice.chance(0.1) && message.isHonest()) {
                Message other = withOtherBody(message, plan.messages() + i);
                machine.ledger().sends(other);
                begin(other, Math.max(0, at + dice.between(-1_000_000, 2_000_000)));
            }
        }
    }

    private void begin(Message message, long at) {
        int copies = message.isHonest() && dice.chance(0.15) ? dice.between(2, 4) : 1;
        for (int i = 0; i < copies; i++) {
            unanswered++;
            long apart = i == 0 || dice.chance(0.5) ? 0 : dice.skewed(100, 60_000_000);
            Sending sending = new Sending(message);
            machine.after(at + apart, sending::send);
        }
    }

    private Message message(int number) {
        Message.Kind kind =
                dice.chance(0.07)
                        ? Message.Kind.FORGED
                        : dice.chance(0.07)
                                ? Message.Kind.STALE
                                : dice.chance(0.15) ? Message.Kind.PUBLISHED : Message.Kind.GENUINE;
        String source =
                switch (kind) {
                    case PUBLISHED -> dev.belay.event.Event.PUBLISHED_SOURCE;
                    case STALE -> Plan.SHOP;
                    case GENUINE, FORGED -> dice.oneOf(Plan.SHOP, Plan.HUB);
                };
        String type = dice.oneOf(Plan.TYPES);
        String id = kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + number;
        return new Message(number, kind, source, id, type, body(number, type));
    }

    private Body body(int number, String type) {
        // Blanks and the order of keys would not survive being read and written again.
        String text =
                "{ \"type\":\"%s\",\"n\": %d,  \"pad\":\"%s\" }\n"
                        .formatted(type, number, "x".repeat(dice.between(0, 200)));
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private Message withOtherBody(Message first, int number) {
        return new Message(
                number,
                first.kind(),
                first.source(),
                first.externalId(),
                first.type(),
                body(number, first.type()));
    }

    /// One copy of a message on its way until it is answered.
    private final class Sending {
        private final Message message;
        private int tries;
        private int awaited;
        private boolean done;

        Sending(Message message) {
            this.message = message;
        }

        void send() {
            if (done) {
                return;
            }
            int attempt = ++awaited;
            tries++;
            GatewayProcess process = machine.process();
            if (process == null || process.isClosing()) {
                awaited++;
                machine.whenUp(this::send);
                return;
            }
            process.after(dice.between(0, 500), () -> arrive(process, attempt));
            machine.after(ANSWER_TIMEOUT_MICROS, () -> timedOut(attempt));
        }

        private void arrive(GatewayProcess process, int attempt) {
            if (process.isClosing()) {
                refused(attempt);
                return;
            }
            machine.note("receive", message.externalId(), tries);
            machine.answerAudit().received(message, machine.declared());
            if (message.kind() == Message.Kind.PUBLISHED) {
                publish(process, attempt);
            } else {
                post(process, attempt);
            }
        }

        private void timedOut(int attempt) {
            if (!done && awaited == attempt) {
                retry();
            }
        }

        private void retry() {
            awaited++;
            long longest = 2_000_000L << Math.min(tries, 5);
            machine.after(dice.skewed(200_000, longest), this::send);
        }

        private void publish(GatewayProcess process, int attempt) {
            CompletableFuture<Kept> kept =
                    process.ingest()
                            .publish(
                                    message.type(),
                                    Headers.empty(),
                                    message.body(),
                                    message.externalId());
            var _ =
                    kept.thenAccept(
                            outcome -> {
                                switch (outcome) {
                                    case Kept.Accepted(EventId id) -> {
                                        machine.answerAudit().stored(message, id);
                                        answered(attempt, "accepted");
                                    }
                                    case Kept.Seen(EventId first, boolean same) -> {
                                        machine.answerAudit().seen(message, first, same);
                                        answered(attempt, "seen");
                                    }
                                    case Kept.Failed _ -> refused(attempt);
                                }
                            });
        }

        private void post(GatewayProcess process, int attempt) {
            Instant wall = process.time().wall();
            Instant signedAt = signedAt(wall);
            SignedRequest request = request(signedAt);
            CompletableFuture<Receipt> receipt =
                    process.ingest()
                            .receive(
                                    new InboundRequest(
                                            message.source(),
                                            request.method(),
                                            request.url(),
                                            request.headers(),
                                            message.body(),
                                            "127.0.0.1"));
            boolean fresh =
                    message.source().equals(Plan.HUB)
                            || Duration.between(signedAt, wall)
                                            .abs()
                                            .compareTo(TOLERANCE.minusSeconds(1))
                                    < 0;
            var _ = receipt.thenAccept(outcome -> answered(attempt, outcome, fresh));
        }

        private Instant signedAt(Instant wall) {
            return message.kind() == Message.Kind.STALE
                    ? wall.minus(TOLERANCE).minusSeconds(dice.skewed(2, 100_000))
                    : machine.wall().truth();
        }

        private SignedRequest request(Instant signedAt) {
            boolean shop = message.source().equals(Plan.SHOP);
            boolean forged = message.kind() == Message.Kind.FORGED;
            boolean otherSecret = forged && message.number() % 2 == 0;
            byte[] bytes = message.body().bytes();
            if (forged && !otherSecret) {
                bytes = bytes.clone();
                bytes[bytes.length / 2] ^= 1;
            }
            Secret secret = shop ? Plan.SHOP_SECRET : Plan.HUB_SECRET;
            return Samples.request(
                    shop ? SHOP : HUB,
                    message.type(),
                    bytes,
                    otherSecret ? WRONG : secret,
                    message.externalId(),
                    signedAt);
        }

        private void answered(int attempt, Receipt receipt, boolean fresh) {
            switch (receipt) {
                case Receipt.Accepted(EventId id, _) -> {
                    machine.answerAudit().stored(message, id);
                    answered(attempt, "accepted");
                }
                case Receipt.Duplicate(EventId first, boolean same, _) -> {
                    machine.answerAudit().seen(message, first, same);
                    answered(attempt, "seen");
                }
                case Receipt.Rejected() -> {
                    machine.ledger()
                            .require(
                                    !message.isHonest() || !fresh,
                                    Invariant.GENUINE_IS_TAKEN,
                                    message,
                                    "was rejected");
                    if (message.isHonest()) {
                        refused(attempt);
                    } else {
                        answered(attempt, "rejected");
                    }
                }
                case Receipt.TooMany _, Receipt.Unavailable _ -> refused(attempt);
                case Receipt.Challenge _, Receipt.UnknownSource _, Receipt.TooLarge _ ->
                        machine.ledger()
                                .violated(Invariant.GENUINE_IS_TAKEN, message + " got " + receipt);
            }
        }

        private void answered(int attempt, String how) {
            machine.note("answered", message.externalId(), how);
            boolean lost = dice.chance(machine.plan().isCalm() ? 0 : 0.05);
            if (!done && awaited == attempt && !lost) {
                done = true;
                unanswered--;
            }
        }

        private void refused(int attempt) {
            machine.note("refused", message.externalId());
            if (!done && awaited == attempt) {
                retry();
            }
        }
    }
}
