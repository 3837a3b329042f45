package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.signature.Verdict.Genuine;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Public keys as an operator writes them, and signatures under them.
class KeyTextsTest {
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);

    @Test
    void an_ed25519_key_may_be_pem_base64_hex_or_marked() {
        KeyPair pair = TestKeys.generate("Ed25519", 255);
        byte[] spki = pair.getPublic().getEncoded();
        byte[] raw = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
        for (String text :
                List.of(
                        TestKeys.pem("PUBLIC KEY", spki),
                        TestKeys.base64(spki),
                        TestKeys.base64(raw),
                        HexFormat.of().formatHex(raw),
                        "whpk_" + TestKeys.base64(raw))) {
            assertThat(KeyTexts.publicKey(KeyKind.ED25519, false, Secret.of(text)))
                    .as(text)
                    .isEqualTo(pair.getPublic());
        }
        for (String text :
                List.of(
                        TestKeys.base64(Arrays.copyOf(raw, 31)),
                        TestKeys.base64(Arrays.copyOf(raw, 33)),
                        HexFormat.of().formatHex(raw) + "00",
                        TestKeys.pem("PRIVATE KEY", pair.getPrivate().getEncoded()),
                        TestKeys.pem("PUBLIC KEY", spki).substring(0, 60),
                        "whpk_",
                        "whsk_" + TestKeys.base64(raw),
                        "not a key")) {
            assertThat(KeyTexts.publicKey(KeyKind.ED25519, false, Secret.of(text)))
                    .as(text)
                    .isNull();
        }
    }

    @Test
    void a_key_under_which_anyone_can_sign_is_no_key() {
        for (String weak :
                List.of(
                        "00".repeat(32),
                        "01" + "00".repeat(31),
                        "00".repeat(31) + "80",
                        "ec" + "ff".repeat(30) + "7f")) {
            assertThat(KeyTexts.publicKey(KeyKind.ED25519, false, Secret.of(weak)))
                    .as(weak)
                    .isNull();
        }
    }

    @Test
    void another_curve_and_a_short_rsa_key_are_refused_and_a_key_of_another_family_too() {
        assertThat(publicKey(KeyKind.ECDSA_P256, "EC", 256)).isTrue();
        assertThat(publicKey(KeyKind.ECDSA_P256, "EC", 384)).isFalse();
        assertThat(publicKey(KeyKind.RSA_SHA256, "RSA", 2048)).isTrue();
        assertThat(publicKey(KeyKind.RSA_SHA256, "RSA", 1024)).isFalse();
        assertThat(publicKey(KeyKind.RSA_SHA256, "EC", 256)).isFalse();
        assertThat(publicKey(KeyKind.ED25519, "RSA", 2048)).isFalse();
    }

    private static boolean publicKey(KeyKind kind, String family, int bits) {
        byte[] encoded = TestKeys.generate(family, bits).getPublic().getEncoded();
        return KeyTexts.publicKey(kind, false, Secret.of(TestKeys.pem("PUBLIC KEY", encoded)))
                != null;
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void every_algorithm_takes_its_own_signatures_and_no_malformed_one(KeyKind kind) {
        SigningScheme scheme = scheme(kind);
        TestKeys keys = TestKeys.of(scheme, 0);
        SignedRequest unsigned = new SignedRequest("POST", "", Headers.empty(), BODY);
        Headers good = scheme.sign(unsigned, keys.signing(), "", NOW);
        String hex = good.first("S").orElseThrow();

        assertThat(verify(scheme, keys, hex)).isEqualTo(new Genuine(0));
        for (String bad :
                List.of(
                        hex.substring(2),
                        hex.substring(0, hex.length() - 2),
                        hex + "00",
                        "00".repeat(64),
                        "ff".repeat(hex.length() / 2),
                        "3006020100020100",
                        "30" + hex.substring(2),
                        "00" + hex.substring(2))) {
            if (!bad.equals(hex)) {
                assertThat(verify(scheme, keys, bad)).as(bad).isInstanceOf(Verdict.Forged.class);
            }
        }
        assertThat(scheme.problemWith(keys.signing()))
                .as("a private key verifies nothing")
                .isPresent();
        assertThat(scheme.problemSigningWith(keys.verifying())).isPresent();
        assertThatThrownBy(() -> scheme.sign(unsigned, keys.verifying(), "", NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("private key");
    }

    @Test
    void the_two_forms_of_an_ecdsa_signature_are_not_exchanged() {
        TestKeys keys = TestKeys.of(scheme(KeyKind.ECDSA_P256), 0);
        SignedRequest unsigned = new SignedRequest("POST", "", Headers.empty(), BODY);
        String der =
                scheme(KeyKind.ECDSA_P256)
                        .sign(unsigned, keys.signing(), "", NOW)
                        .first("S")
                        .orElseThrow();
        assertThat(verify(scheme(KeyKind.ECDSA_P256_P1363), keys, der))
                .isInstanceOf(Verdict.Forged.class);
    }

    @Test
    void a_reduced_scalar_is_demanded_of_an_ed25519_signature() {
        TestKeys keys = TestKeys.of(scheme(KeyKind.ED25519), 0);
        SignedRequest unsigned = new SignedRequest("POST", "", Headers.empty(), BODY);
        byte[] signature =
                HexFormat.of()
                        .parseHex(
                                scheme(KeyKind.ED25519)
                                        .sign(unsigned, keys.signing(), "", NOW)
                                        .first("S")
                                        .orElseThrow());
        // S + L stands for the same scalar; the order L, little end first.
        byte[] order =
                HexFormat.of()
                        .parseHex(
                                "edd3f55c1a631258d69cf7a2def9de14"
                                        + "00000000000000000000000000000010");
        int carry = 0;
        for (int i = 0; i < 32; i++) {
            int sum = (signature[32 + i] & 0xff) + (order[i] & 0xff) + carry;
            signature[32 + i] = (byte) sum;
            carry = sum >> 8;
        }
        assertThat(verify(scheme(KeyKind.ED25519), keys, HexFormat.of().formatHex(signature)))
                .isInstanceOf(Verdict.Forged.class);
    }

    private static Verdict verify(SigningScheme scheme, TestKeys keys, String signature) {
        return scheme.verify(
                new SignedRequest("POST", "", Headers.of("S", signature), BODY),
                List.of(keys.verifying()),
                NOW);
    }

    private static SigningScheme scheme(KeyKind kind) {
        return new SigningScheme(
                new Algorithm.KeyPair(kind, false),
                new SignaturePlace.InHeader(HeaderName.of("S")),
                new Grammar.Whole(""),
                Encoding.HEX,
                List.of(new Part.Body()),
                SigningScheme.Coverage.BODY,
                null,
                null,
                null);
    }
}
