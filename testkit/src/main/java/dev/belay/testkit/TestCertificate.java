package dev.belay.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A server certificate of an own authority, made by the `keytool` program of the running JDK.
public final class TestCertificate {
    private static final String PASSWORD = "not-a-secret";

    /// What is the matter with a certificate.
    public enum Kind {
        /// For `localhost` and `127.0.0.1`, valid.
        VALID,
        /// The same, but its time is over.
        EXPIRED,
        /// Valid, for `elsewhere.example`.
        WRONG_NAME
    }

    private final KeyStore server;
    private final KeyStore authority;

    private TestCertificate(KeyStore server, KeyStore authority) {
        this.server = server;
        this.authority = authority;
    }

    /// Makes one.
    ///
    /// @param directory an empty directory for the key stores
    public static TestCertificate make(Kind kind, Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path ca = directory.resolve("ca.p12");
        Path server = directory.resolve("server.p12");
        Path request = directory.resolve("server.csr");
        Path certificate = directory.resolve("server.pem");
        Path authority = directory.resolve("ca.pem");
        String name =
                kind == Kind.WRONG_NAME ? "dns:elsewhere.example" : "dns:localhost,ip:127.0.0.1";
        List<String> validity =
                kind == Kind.EXPIRED
                        ? List.of("-startdate", "2020/01/01 00:00:00", "-validity", "30")
                        : List.of("-validity", "3650");
        List<String> key = List.of("-genkeypair", "-keyalg", "EC", "-alias", "it");
        keytool(ca, join(key, "-dname", "CN=Test authority", "-ext", "bc:c", "-validity", "3650"));
        keytool(server, join(key, "-dname", "CN=Test server"));
        keytool(server, List.of("-certreq", "-alias", "it", "-file", request.toString()));
        keytool(
                ca,
                join(
                        join(List.of("-gencert", "-rfc", "-alias", "it"), "-ext", "san=" + name),
                        join(validity, "-infile", request.toString(), "-outfile", certificate + "")
                                .toArray(String[]::new)));
        List<String> export = List.of("-exportcert", "-rfc", "-alias", "it");
        keytool(ca, join(export, "-file", authority.toString()));
        List<String> load = List.of("-importcert", "-noprompt");
        keytool(server, join(load, "-alias", "ca", "-file", authority.toString()));
        keytool(server, join(load, "-alias", "it", "-file", certificate.toString()));
        Path trust = directory.resolve("trust.p12");
        keytool(trust, join(load, "-alias", "ca", "-file", authority.toString()));
        return new TestCertificate(load(server), load(trust));
    }

    /// For the server's side.
    public SSLContext server() throws GeneralSecurityException {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /// For a client that trusts the authority.
    public SSLContext client() throws GeneralSecurityException {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static List<String> join(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private static void keytool(Path store, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", PASSWORD));
        Path log = store.resolveSibling("keytool.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("keytool failed: " + Files.readString(log));
        }
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
