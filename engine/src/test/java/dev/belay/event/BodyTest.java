package dev.belay.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BodyTest {
    private static Body body(String text) {
        return Body.of(text.getBytes(UTF_8));
    }

    @Test
    void bodies_are_equal_by_their_bytes() {
        assertThat(body("abc")).isEqualTo(body("abc")).hasSameHashCodeAs(body("abc"));
        assertThat(body("abc")).isNotEqualTo(body("abd"));
        assertThat(Body.of(new byte[0])).isEqualTo(body(""));
        assertThat(body("abc").length()).isEqualTo(3);
    }

    @Test
    void a_part_is_found_at_the_start_inside_and_at_the_end_only_where_it_is_whole() {
        Body body = body("aabaac");
        assertThat(body.contains("aab".getBytes(UTF_8))).isTrue();
        assertThat(body.contains("baa".getBytes(UTF_8))).isTrue();
        assertThat(body.contains("aac".getBytes(UTF_8))).isTrue();
        assertThat(body.contains(new byte[0])).isTrue();
        assertThat(body.contains("acx".getBytes(UTF_8))).isFalse();
        assertThat(body.contains("aabaaca".getBytes(UTF_8))).isFalse();
    }

    @Test
    void the_hash_is_the_published_one() {
        // FIPS 180-2, appendix B.1.
        assertThat(HexFormat.of().formatHex(body("abc").sha256()))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void a_body_never_shows_its_content() {
        assertThat(body("card=4242")).hasToString("Body[9 bytes]");
    }
}
