package dev.belay.transport;

import dev.belay.delivery.AttemptOutcome.Trouble;
import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;

/// An attempt that cannot go on, and the name of what stands in its way.
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Trouble trouble;

    Failure(Trouble trouble) {
        super(trouble.name(), null, false, false);
        this.trouble = trouble;
    }

    Trouble trouble() {
        return trouble;
    }

    /// What went wrong during a TLS handshake.
    static Failure ofHandshake(IOException cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateExpiredException) {
                return new Failure(Trouble.TLS_EXPIRED);
            }
        }
        return new Failure(Trouble.TLS_FAILURE);
    }

    /// What went wrong while the request was written or the response head read.
    static Failure ofExchange(Exception cause) {
        return new Failure(
                switch (cause) {
                    case MessageConstraintException _ -> Trouble.HEADERS_TOO_LARGE;
                    case HttpException _ -> Trouble.PROTOCOL_ERROR;
                    case SSLException _ -> Trouble.TLS_FAILURE;
                    default -> Trouble.RESET;
                });
    }
}
