package dev.belay.signature;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A public key written as a JSON Web Key (RFC 7517, RFC 7518, RFC 8037).
final class JsonWebKey {
    private static final int COORDINATE_BYTES = 32;
    private static final int MAX_RSA_BYTES = 1_024;

    private JsonWebKey() {}

    /// The key, or null where it is of another kind than RSA, P-256 and Ed25519, is meant for
    /// something else than signatures, or is none at all.
    static @Nullable PublicKey read(JsonText.Value key) {
        String use = key.scalar("/use");
        if (use != null && !use.equals("sig")) {
            return null;
        }
        String type = key.scalar("/kty");
        String curve = key.scalar("/crv");
        try {
            if ("RSA".equals(type)) {
                return rsa(key);
            }
            if ("EC".equals(type) && "P-256".equals(curve)) {
                return ec(key);
            }
            return "OKP".equals(type) && "Ed25519".equals(curve) ? ed25519(key) : null;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable PublicKey rsa(JsonText.Value key) throws GeneralSecurityException {
        byte[] modulus = bytes(key, "/n", MAX_RSA_BYTES + 1);
        byte[] exponent = bytes(key, "/e", 8);
        return modulus == null || exponent == null
                ? null
                : KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new RSAPublicKeySpec(
                                        new BigInteger(1, modulus), new BigInteger(1, exponent)));
    }

    private static @Nullable PublicKey ec(JsonText.Value key) throws GeneralSecurityException {
        byte[] x = bytes(key, "/x", COORDINATE_BYTES);
        byte[] y = bytes(key, "/y", COORDINATE_BYTES);
        if (x == null
                || y == null
                || x.length != COORDINATE_BYTES
                || y.length != COORDINATE_BYTES) {
            return null;
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        // The JDK makes a key of any two numbers.
        return isOnCurve(point, curve)
                ? KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve))
                : null;
    }

    private static boolean isOnCurve(ECPoint point, ECParameterSpec curve) {
        BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right =
                x.multiply(x)
                        .add(curve.getCurve().getA())
                        .multiply(x)
                        .add(curve.getCurve().getB())
                        .mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }

    private static @Nullable PublicKey ed25519(JsonText.Value key) {
        byte[] x = bytes(key, "/x", COORDINATE_BYTES);
        return x == null || x.length != COORDINATE_BYTES
                ? null
                : KeyTexts.publicKey(
                        KeyKind.ED25519, false, Secret.of(Base64.getEncoder().encodeToString(x)));
    }

    private static byte @Nullable [] bytes(JsonText.Value key, String pointer, int longest) {
        String text = key.scalar(pointer);
        return text == null ? null : Encoding.BASE64URL.decode(text, longest);
    }
}
