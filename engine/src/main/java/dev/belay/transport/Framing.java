package dev.belay.transport;

import java.util.Iterator;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HeaderElement;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.message.MessageSupport;

/// Where a response's body ends (RFC 9112, section 6.3), more strictly than the RFC: whatever two
/// readers could understand differently is an error.
final class Framing {
    /// The body comes in chunks.
    static final long CHUNKED = -1;

    /// The body ends when the peer closes.
    static final long UNTIL_CLOSE = -2;

    private static final int MAX_LENGTH_DIGITS = 18;

    private Framing() {}

    /// Refuses what is not HTTP/1.0 or 1.1 with a status that may stand in an answer to a POST.
    static void checkStatusLine(ClassicHttpResponse head) throws ProtocolException {
        ProtocolVersion version = head.getVersion();
        int status = head.getCode();
        if (!HttpVersion.HTTP_1_1.equals(version) && !HttpVersion.HTTP_1_0.equals(version)) {
            throw new ProtocolException("neither HTTP/1.0 nor HTTP/1.1");
        }
        if (status < 100 || status > 599 || status == 101) {
            throw new ProtocolException("an impossible status");
        }
        Iterator<Header> headers = head.headerIterator();
        while (headers.hasNext()) {
            checkName(headers.next().getName());
        }
    }

    /// The body's length in bytes, [#CHUNKED] or [#UNTIL_CLOSE].
    ///
    /// @throws ProtocolException when it is ambiguous
    static long of(ClassicHttpResponse head) throws ProtocolException {
        Header[] lengths = head.getHeaders("Content-Length");
        Header[] codings = head.getHeaders("Transfer-Encoding");
        if (codings.length > 0) {
            boolean chunked =
                    codings.length == 1
                            && lengths.length == 0
                            && HttpVersion.HTTP_1_1.equals(head.getVersion())
                            && codings[0].getValue().strip().equalsIgnoreCase("chunked");
            if (!chunked) {
                throw new ProtocolException("ambiguous transfer encoding");
            }
            return hasNoBody(head) ? 0 : CHUNKED;
        }
        if (lengths.length > 1) {
            throw new ProtocolException("several content lengths");
        }
        long length = lengths.length == 0 ? UNTIL_CLOSE : length(lengths[0].getValue().strip());
        return hasNoBody(head) ? 0 : length;
    }

    /// Whether the connection can carry another request once the body is read.
    static boolean allowsReuse(ClassicHttpResponse head, long framing) {
        if (framing == UNTIL_CLOSE || !HttpVersion.HTTP_1_1.equals(head.getVersion())) {
            return false;
        }
        var options = MessageSupport.iterate(head, "Connection");
        while (options.hasNext()) {
            if (options.next().getName().equalsIgnoreCase("close")) {
                return false;
            }
        }
        return true;
    }

    /// The seconds a `Keep-Alive: timeout=5` header gives, or -1.
    static int keepAliveSeconds(ClassicHttpResponse head) {
        var parameters = MessageSupport.iterate(head, "Keep-Alive");
        while (parameters.hasNext()) {
            HeaderElement parameter = parameters.next();
            String seconds = parameter.getValue();
            if (parameter.getName().equalsIgnoreCase("timeout")
                    && seconds != null
                    && !seconds.isEmpty()
                    && seconds.length() <= 5
                    && isDigits(seconds)) {
                return Integer.parseInt(seconds);
            }
        }
        return -1;
    }

    private static boolean hasNoBody(ClassicHttpResponse head) {
        return head.getCode() == 204 || head.getCode() == 304;
    }

    private static long length(String text) throws ProtocolException {
        if (text.isEmpty() || text.length() > MAX_LENGTH_DIGITS || !isDigits(text)) {
            throw new ProtocolException("a content length that is no number");
        }
        return Long.parseLong(text);
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static void checkName(String name) throws ProtocolException {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~') {
                throw new ProtocolException("a header name with a character it must not hold");
            }
        }
    }
}
