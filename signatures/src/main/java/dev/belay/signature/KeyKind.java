package dev.belay.signature;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/// A signature algorithm with a key pair, and the keys that go with it.
public enum KeyKind {
    /// Ed25519 (RFC 8032).
    ED25519("Ed25519", "Ed25519", 64, 64, "PEM, or its 32 bytes in base64 or hex"),
    /// ECDSA over P-256 with SHA-256, the signature as DER.
    ECDSA_P256("EC", "SHA256withECDSA", 8, 72, "PEM or base64, on the curve P-256"),
    /// ECDSA over P-256 with SHA-256, the signature as two numbers of 32 bytes (IEEE P1363).
    ECDSA_P256_P1363(
            "EC", "SHA256withECDSAinP1363Format", 64, 64, "PEM or base64, on the curve P-256"),
    /// RSA PKCS#1 v1.5 with SHA-1.
    RSA_SHA1("RSA", "SHA1withRSA", 256, 1024, "PEM or base64, 2048 bits or more"),
    /// RSA PKCS#1 v1.5 with SHA-256.
    RSA_SHA256("RSA", "SHA256withRSA", 256, 1024, "PEM or base64, 2048 bits or more"),
    /// RSA PKCS#1 v1.5 with SHA-512.
    RSA_SHA512("RSA", "SHA512withRSA", 256, 1024, "PEM or base64, 2048 bits or more"),
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes (RFC 9421, section 3.3.1).
    RSA_PSS_SHA512("RSA", "RSASSA-PSS", 256, 1024, "PEM or base64, 2048 bits or more");

    private final String family;
    private final String algorithm;
    private final int shortest;
    private final int longest;
    private final String form;

    KeyKind(String family, String algorithm, int shortest, int longest, String form) {
        this.family = family;
        this.algorithm = algorithm;
        this.shortest = shortest;
        this.longest = longest;
        this.form = form;
    }

    /// The JDK's name of the keys.
    String family() {
        return family;
    }

    /// Fewest bytes of a signature.
    int shortest() {
        return shortest;
    }

    /// Most bytes of a signature.
    int longest() {
        return longest;
    }

    /// How an operator writes the public key.
    String form() {
        return form;
    }

    /// Makes and checks signatures.
    Signature engine() throws GeneralSecurityException {
        Signature engine = Signature.getInstance(algorithm);
        if (this == RSA_PSS_SHA512) {
            engine.setParameter(
                    new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));
        }
        return engine;
    }
}
