package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Our reader held against one that many people use: what it takes, that takes too, and means the
/// same by it.
class JsonTextTest {
    private static final JsonMapper JACKSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    @Test
    void every_sample_says_the_same_to_both() {
        int read = 0;
        for (Provider provider : Providers.all()) {
            if (!provider.samples().contentType().equals("application/json")) {
                continue;
            }
            for (String type : Samples.types(provider)) {
                byte[] body = Samples.body(provider, type, "1234567890", Instant.EPOCH);
                same(JsonText.read(body), JACKSON.readTree(body));
                read++;
            }
        }
        assertThat(read).isGreaterThan(180);
    }

    @Test
    void what_is_left_of_a_damaged_sample_is_never_taken_where_the_other_refuses_it() {
        byte[] sample =
                Samples.body(
                        Providers.named("stripe").orElseThrow(),
                        "payment_intent.succeeded",
                        "evt_1",
                        Instant.EPOCH);
        byte[] alphabet = "{}[]\",:\\0-.eE+ tfn\u00e9\u0001".getBytes(StandardCharsets.UTF_8);
        int taken = 0;
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = sample.clone();
            damaged[random.nextInt(damaged.length)] = alphabet[random.nextInt(alphabet.length)];
            JsonText.Value ours = JsonText.read(damaged);
            if (ours != null) {
                taken++;
                JsonNode theirs;
                try {
                    theirs = JACKSON.readTree(damaged);
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed, e);
                }
                if (ours.scalar("/id") != null) {
                    assertThat(theirs.at("/id").asString()).isEqualTo(ours.scalar("/id"));
                }
            }
        }
        assertThat(taken).isBetween(500, 4_500);
    }

    private static void same(JsonText.@Nullable Value ours, JsonNode theirs) {
        switch (Objects.requireNonNull(ours).shape()) {
            case JsonText.Shape.Scalar(String text) ->
                    assertThat(text).isEqualTo(theirs.isNull() ? "" : theirs.asString());
            case JsonText.Shape.Items(var items) -> {
                assertThat(items).hasSize(theirs.size());
                for (int i = 0; i < items.size(); i++) {
                    same(items.get(i), theirs.get(i));
                }
            }
            case JsonText.Shape.Members(var members, int size) -> {
                assertThat(members).hasSize(size).hasSize(theirs.size());
                members.forEach((name, value) -> same(value, theirs.get(name)));
            }
        }
    }
}
