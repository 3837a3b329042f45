package dev.belay.system.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/// Requests that differ only in their number: a signed POST with ten ordinary headers and a JSON
/// body whose first field is the number. Each has its own external id and its own signature. For
/// use by one thread.
public final class RequestTemplate {
    /// The key that signs them.
    public static final String SECRET = "benchmark-secret-0123456789abcdef";

    /// Where the number stands in a body.
    public static final int NUMBER_AT = 8;

    /// Digits of a number, leading zeros included.
    public static final int NUMBER_DIGITS = 16;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MAC_BYTES = 32;

    private final byte[] request;
    private final int idAt;
    private final int signatureAt;
    private final int bodyAt;
    private final Mac mac;
    private final byte[] signature = new byte[MAC_BYTES];

    /// @param source name of the source
    /// @param run begins the external ids, so that two runs on one store differ
    /// @param bodyBytes length of the body, at least 64
    public RequestTemplate(String source, String run, int bodyBytes) {
        byte[] body = body(bodyBytes);
        String zeros = "0".repeat(NUMBER_DIGITS);
        String head =
                """
                POST /in/%s HTTP/1.1\r
                Host: hooks.example.com\r
                User-Agent: Example-Hooks/2.7\r
                Accept: */*\r
                Content-Type: application/json; charset=utf-8\r
                X-Webhook-Id: %s-%s\r
                X-Webhook-Signature: %s\r
                X-Webhook-Topic: order.completed\r
                X-Request-Start: t=1767225600000\r
                X-Forwarded-For: 203.0.113.7\r
                X-Forwarded-Proto: https\r
                Content-Length: %d\r
                \r
                """
                        .formatted(source, run, zeros, "0".repeat(2 * MAC_BYTES), body.length);
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        request = Arrays.copyOf(headBytes, headBytes.length + body.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        bodyAt = headBytes.length;
        idAt = head.indexOf(run + "-" + zeros) + run.length() + 1;
        String signatureName = "X-Webhook-Signature: ";
        signatureAt = head.indexOf(signatureName) + signatureName.length();
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] body(int length) {
        String start =
                "{\"seq\":\"%s\",\"type\":\"order.completed\",\"data\":\""
                        .formatted("0".repeat(NUMBER_DIGITS));
        StringBuilder text = new StringBuilder(start);
        String filler = "The quick brown fox jumps over the lazy dog; ";
        while (text.length() < length - 2) {
            text.append(filler.charAt((text.length() - start.length()) % filler.length()));
        }
        return text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// Length of every request in bytes.
    public int length() {
        return request.length;
    }

    /// Writes the request with this number to the beginning of the array.
    public void write(long number, byte[] to) {
        digits(number, bodyAt + NUMBER_AT);
        digits(number, idAt);
        mac.update(request, bodyAt, request.length - bodyAt);
        try {
            mac.doFinal(signature, 0);
        } catch (ShortBufferException e) {
            throw new AssertionError("the buffer has the length of the MAC", e);
        }
        for (int i = 0; i < MAC_BYTES; i++) {
            request[signatureAt + 2 * i] = HEX[(signature[i] >> 4) & 15];
            request[signatureAt + 2 * i + 1] = HEX[signature[i] & 15];
        }
        System.arraycopy(request, 0, to, 0, request.length);
    }

    private void digits(long number, int at) {
        long rest = number;
        for (int i = NUMBER_DIGITS - 1; i >= 0; i--) {
            request[at + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /// The number in a body that starts here, or -1 when there is none.
    static long numberIn(byte[] bytes, int bodyAt) {
        long number = 0;
        for (int i = 0; i < NUMBER_DIGITS; i++) {
            int digit = bytes[bodyAt + NUMBER_AT + i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
