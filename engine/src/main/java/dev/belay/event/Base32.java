package dev.belay.event;

/// Non-negative 64-bit numbers as 13 characters of lower-case Crockford base 32, so that texts sort
/// as the numbers do.
final class Base32 {
    static final int LENGTH = 13;
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private Base32() {}

    static String format(long value) {
        char[] text = new char[LENGTH];
        long rest = value;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (rest & 31));
            rest >>>= 5;
        }
        return new String(text);
    }

    /// The number, or -1 when the part of the text is not exactly one as [#format] writes it.
    static long parse(String text, int from, int to) {
        if (to - from != LENGTH || text.charAt(from) > '7') {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0) {
                return -1;
            }
            value = value << 5 | digit;
        }
        return value;
    }
}
