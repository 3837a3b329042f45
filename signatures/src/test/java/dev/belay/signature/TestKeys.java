package dev.belay.signature;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

/// Secrets that fit a scheme: one that signs and one that verifies, the same where they are shared.
///
/// @param signing what the sender has
/// @param verifying what the receiver has
record TestKeys(Secret signing, Secret verifying) {
    private static final Map<KeyKind, TestKeys> PAIRS = new EnumMap<>(KeyKind.class);
    private static final Map<KeyKind, TestKeys> OTHERS = new EnumMap<>(KeyKind.class);

    /// The keys of a scheme. With a key pair, odd and even seeds give two different ones.
    static TestKeys of(Scheme scheme, int seed) {
        return switch (scheme) {
            case SigningScheme signing -> of(signing, seed);
            case AnyOfScheme any -> of(any.alternatives().getFirst(), seed);
            case EachItemScheme each -> of(each.item(), seed);
            case TokenScheme _ -> shared("token-" + new Random(seed).nextLong());
            case BasicScheme _ -> shared("user:password" + seed);
            case JwtScheme jwt -> of(jwt.algorithm(), seed);
            case MessageSignatureScheme message -> of(message.algorithm(), seed);
            case PublishedScheme published -> of(published.inner(), seed);
            case SnsScheme _ -> of(new Algorithm.KeyPair(KeyKind.RSA_SHA256, false), seed);
            case Unverified _ -> throw new IllegalArgumentException("takes no secret");
        };
    }

    private static TestKeys of(SigningScheme scheme, int seed) {
        TestKeys keys = of(scheme.algorithm(), seed);
        return scheme.keyHeader() == null
                ? keys
                : shared("key" + seed + ":" + keys.signing().reveal());
    }

    private static TestKeys of(Algorithm algorithm, int seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return switch (algorithm) {
            case Algorithm.Hmac(_, SecretForm form) ->
                    switch (form) {
                        case UTF8, SHA1 -> shared("secret-" + HexFormat.of().formatHex(bytes));
                        case WHSEC, WHSEC_OR_UTF8 -> shared("whsec_" + base64(bytes));
                        case BASE64 -> shared(base64(bytes));
                        case HEX -> shared(HexFormat.of().formatHex(bytes));
                    };
            case Algorithm.PrefixedHash _ -> shared("secret-" + HexFormat.of().formatHex(bytes));
            case Algorithm.KeyPair(KeyKind kind, _) ->
                    (seed % 2 == 0 ? PAIRS : OTHERS).computeIfAbsent(kind, TestKeys::pair);
        };
    }

    private static TestKeys shared(String text) {
        return new TestKeys(Secret.of(text), Secret.of(text));
    }

    private static TestKeys pair(KeyKind kind) {
        KeyPair pair = generate(kind.family(), kind.family().equals("RSA") ? 2048 : 256);
        return new TestKeys(
                Secret.of(pem("PRIVATE KEY", pair.getPrivate().getEncoded())),
                Secret.of(pem("PUBLIC KEY", pair.getPublic().getEncoded())));
    }

    /// A fresh key pair.
    static KeyPair generate(String family, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
            if (family.equals("RSA")) {
                generator.initialize(bits);
            } else if (family.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(String label, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----"
                .formatted(label, Base64.getMimeEncoder().encodeToString(bytes), label);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
