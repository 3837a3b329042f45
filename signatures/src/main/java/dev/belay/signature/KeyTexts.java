package dev.belay.signature;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keys of key pairs as an operator writes them: PEM, base64 of the same bytes, or, for Ed25519,
/// the bare 32 bytes in base64 or hex, also after `whpk_` (public) and `whsk_` (private).
final class KeyTexts {
    private static final String PUBLIC = "whpk_";
    private static final String PRIVATE = "whsk_";
    private static final int ED25519_BYTES = 32;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    private static final int P256_BITS = 256;

    /// X.509 and PKCS#8 put this in front of the bare bytes of an Ed25519 key.
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    /// Points of small order (their sign bit cleared): under such a "key" anyone can sign.
    private static final Set<String> SMALL_ORDER =
            Set.of(
                    "0000000000000000000000000000000000000000000000000000000000000000",
                    "0100000000000000000000000000000000000000000000000000000000000000",
                    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    private KeyTexts() {}

    /// The public key, or null when the text is none that may be used with this algorithm.
    ///
    /// @param marked whether it must begin with `whpk_`
    static @Nullable PublicKey publicKey(KeyKind kind, boolean marked, Secret secret) {
        String text = secret.reveal().strip();
        if (marked != text.startsWith(PUBLIC) && (marked || kind != KeyKind.ED25519)) {
            return null;
        }
        byte[] bytes = bytes(text.startsWith(PUBLIC) ? text.substring(5) : text, "PUBLIC KEY");
        if (bytes == null) {
            return null;
        }
        try {
            byte[] encoded = kind == KeyKind.ED25519 ? ed25519(bytes) : bytes;
            PublicKey key =
                    KeyFactory.getInstance(kind.family())
                            .generatePublic(new X509EncodedKeySpec(encoded));
            return isStrong(key) && !(kind == KeyKind.ED25519 && isSmallOrder(encoded))
                    ? key
                    : null;
        } catch (GeneralSecurityException | RuntimeException malformed) {
            return null;
        }
    }

    /// The private key, or null when the text is none that may be used with this algorithm.
    ///
    /// @param marked whether it must begin with `whsk_`
    static @Nullable PrivateKey privateKey(KeyKind kind, boolean marked, Secret secret) {
        String text = secret.reveal().strip();
        if (marked && !text.startsWith(PRIVATE)) {
            return null;
        }
        byte[] bytes = bytes(text.startsWith(PRIVATE) ? text.substring(5) : text, "PRIVATE KEY");
        if (bytes == null) {
            return null;
        }
        try {
            KeyFactory factory = KeyFactory.getInstance(kind.family());
            boolean seed = text.startsWith(PRIVATE) && bytes.length <= 2 * ED25519_BYTES;
            PrivateKey key =
                    seed
                            ? factory.generatePrivate(
                                    new EdECPrivateKeySpec(
                                            NamedParameterSpec.ED25519,
                                            Arrays.copyOf(bytes, ED25519_BYTES)))
                            : factory.generatePrivate(new PKCS8EncodedKeySpec(bytes));
            return isStrong(key) ? key : null;
        } catch (GeneralSecurityException | RuntimeException malformed) {
            return null;
        }
    }

    private static boolean isStrong(Object key) {
        if (key instanceof RSAPublicKey rsa
                && (rsa.getPublicExponent().compareTo(BigInteger.valueOf(3)) < 0
                        || !rsa.getPublicExponent().testBit(0))) {
            return false;
        }
        if (key instanceof RSAKey rsa) {
            int bits = rsa.getModulus().bitLength();
            return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
        }
        // The JDK knows one prime curve of 256 bits that it still accepts: P-256.
        return !(key instanceof ECKey ec)
                || ec.getParams().getCurve().getField().getFieldSize() == P256_BITS;
    }

    private static byte[] ed25519(byte[] bytes) {
        if (bytes.length != ED25519_BYTES) {
            return bytes;
        }
        byte[] prefix = HexFormat.of().parseHex(ED25519_PREFIX);
        byte[] encoded = Arrays.copyOf(prefix, prefix.length + ED25519_BYTES);
        System.arraycopy(bytes, 0, encoded, prefix.length, ED25519_BYTES);
        return encoded;
    }

    private static boolean isSmallOrder(byte[] encoded) {
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
        point[ED25519_BYTES - 1] &= 0x7f;
        return SMALL_ORDER.contains(HexFormat.of().formatHex(point));
    }

    /// What the text stands for: PEM with this label, hex of 32 bytes, or base64.
    private static byte @Nullable [] bytes(String text, String label) {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        try {
            if (text.startsWith("-----")) {
                return text.startsWith(begin) && text.endsWith(end)
                        ? Base64.getMimeDecoder()
                                .decode(
                                        text.substring(
                                                begin.length(), text.length() - end.length()))
                        : null;
            }
            return text.length() == 2 * ED25519_BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
