package dev.belay.store;

import dev.belay.event.Body;
import dev.belay.signature.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// How headers lie in a column, and the checksum of an event's record.
///
/// Headers: a version byte (1), the number of texts, then each name and value as its length and its
/// UTF-8 bytes. Numbers are groups of seven bits, least first, the high bit set on all but the
/// last.
public final class Codec {
    private static final int VERSION = 1;

    private Codec() {}

    public static byte[] headers(Headers headers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 + headers.size() * 48);
        out.write(VERSION);
        number(out, headers.size() * 2);
        headers.forEach(
                (name, value) -> {
                    text(out, name);
                    text(out, value);
                });
        return out.toByteArray();
    }

    /// The headers that lie in these bytes.
    ///
    /// @throws IllegalArgumentException when the bytes are not what [#headers(Headers)] makes
    public static Headers headers(byte[] bytes) {
        Input in = new Input(bytes);
        if (in.next() != VERSION) {
            throw new IllegalArgumentException("headers of an unknown version");
        }
        int count = in.number();
        if (count > bytes.length) {
            throw new IllegalArgumentException("more texts than bytes");
        }
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = in.text();
        }
        return Headers.of(texts);
    }

    /// CRC32C of the id, the headers as encoded and the body.
    public static long checksum(long id, byte[] headers, Body body) {
        CRC32C crc = new CRC32C();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (id >>> shift));
        }
        crc.update(headers);
        crc.update(body.bytes());
        return crc.getValue();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(out, utf8.length);
        out.write(utf8, 0, utf8.length);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        int rest = number;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static final class Input {
        private final byte[] bytes;
        private int at;

        Input(byte[] bytes) {
            this.bytes = bytes;
        }

        int next() {
            if (at >= bytes.length) {
                throw new IllegalArgumentException("headers cut short");
            }
            return bytes[at++] & 0xff;
        }

        int number() {
            int number = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int group = next();
                number |= (group & 0x7f) << shift;
                if (group < 0x80) {
                    if (number < 0) {
                        break;
                    }
                    return number;
                }
            }
            throw new IllegalArgumentException("a number out of range");
        }

        String text() {
            int length = number();
            if (length > bytes.length - at) {
                throw new IllegalArgumentException("headers cut short");
            }
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }
    }
}
