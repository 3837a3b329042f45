package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tables against a second writing of the registries, as masks of numbers.
class AddressClassTest {
    private static final int MILLION = 1_000_000;

    /// Address and mask of every IPv4 block that is not public.
    private static final long[][] V4 = {
        {0x00000000L, 0xff000000L}, {0x0a000000L, 0xff000000L}, {0x64400000L, 0xffc00000L},
        {0x7f000000L, 0xff000000L}, {0xa9fe0000L, 0xffff0000L}, {0xac100000L, 0xfff00000L},
        {0xc0000000L, 0xffffff00L}, {0xc0000200L, 0xffffff00L}, {0xc0586300L, 0xffffff00L},
        {0xc0a80000L, 0xffff0000L}, {0xc6120000L, 0xfffe0000L}, {0xc6336400L, 0xffffff00L},
        {0xcb007100L, 0xffffff00L}, {0xe0000000L, 0xf0000000L}, {0xf0000000L, 0xf0000000L},
        {0xa83f8110L, 0xffffffffL}, {0x646464c8L, 0xffffffffL},
    };

    private final RandomGenerator random = RandomGeneratorFactory.getDefault().create(20_260_101);

    private static boolean publicV4(long address) {
        for (long[] block : V4) {
            if ((address & block[1]) == block[0]) {
                return false;
            }
        }
        return true;
    }

    private static boolean publicV6(long high) {
        boolean globalUnicast = high >>> 61 == 1;
        boolean protocols = high >>> 41 == 0x2001_0000_0000_0000L >>> 41;
        boolean documentation = high >>> 32 == 0x2001_0db8L || high >>> 44 == 0x3fff0L;
        boolean sixToFour = high >>> 48 == 0x2002L;
        return globalUnicast && !protocols && !documentation && !sixToFour;
    }

    private static byte[] bytes(long value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[length - 1 - i] = (byte) (value >>> (8 * i));
        }
        return bytes;
    }

    private static byte[] bytes(long high, long low) {
        byte[] all = new byte[16];
        System.arraycopy(bytes(high, 8), 0, all, 0, 8);
        System.arraycopy(bytes(low, 8), 0, all, 8, 8);
        return all;
    }

    @Test
    void ipv4_agrees_with_the_masks_on_a_million_random_addresses_and_at_every_border() {
        for (int i = 0; i < MILLION; i++) {
            assertV4(random.nextLong() & 0xffffffffL);
        }
        for (long[] block : V4) {
            long last = block[0] | (~block[1] & 0xffffffffL);
            assertV4(block[0]);
            assertV4(last);
            assertV4((block[0] - 1) & 0xffffffffL);
            assertV4((last + 1) & 0xffffffffL);
        }
    }

    private static void assertV4(long address) {
        InetAddress it = IpLiteral.of(bytes(address, 4));
        boolean isPublic = AddressClass.of(it) == AddressClass.PUBLIC;
        if (isPublic != publicV4(address)) {
            throw new AssertionError(it + " is " + AddressClass.of(it));
        }
    }

    @Test
    void ipv6_agrees_with_the_masks_on_a_million_random_addresses_and_at_every_border() {
        for (int i = 0; i < MILLION; i++) {
            long high = random.nextLong();
            // Half of them in or near the public part, where the exceptions are.
            assertV6(i % 2 == 0 ? high : (high >>> 3) | 0x2000_0000_0000_0000L);
            assertV6((high & 0xffff_ffffL) | 0x2001_0000_0000_0000L);
        }
        long[] borders = {
            0x2000L << 48,
            0x2001L << 48,
            0x2001_0200L << 32,
            0x2001_0db8L << 32,
            0x2001_0db9L << 32,
            0x2002L << 48,
            0x2003L << 48,
            0x3fffL << 48,
            0x3fff_1000L << 32,
            0x4000L << 48,
            0xfc00L << 48,
            0xfe80L << 48,
            0x0064_ff9bL << 32
        };
        for (long border : borders) {
            assertV6(border);
            assertV6(border - 1);
        }
    }

    private void assertV6(long high) {
        InetAddress it = IpLiteral.of(bytes(high, random.nextLong() | 1));
        boolean isPublic = AddressClass.of(it) == AddressClass.PUBLIC;
        if (isPublic != publicV6(high)) {
            throw new AssertionError(it + " is " + AddressClass.of(it));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8,PUBLIC",
        "127.0.0.1,LOOPBACK",
        "0.0.0.0,UNSPECIFIED",
        "10.1.2.3,PRIVATE",
        "100.64.0.1,SHARED",
        "169.254.169.254,METADATA",
        "169.254.1.1,LINK_LOCAL",
        "168.63.129.16,METADATA",
        "100.100.100.200,METADATA",
        "192.88.99.1,TRANSLATED",
        "255.255.255.255,RESERVED",
        "224.0.0.1,MULTICAST",
        "2606:4700::1111,PUBLIC",
        "::1,LOOPBACK",
        "::,UNSPECIFIED",
        "::127.0.0.1,TRANSLATED",
        "64:ff9b::7f00:1,TRANSLATED",
        "64:ff9b:1::1,TRANSLATED",
        "2002:7f00:1::,TRANSLATED",
        "2001:0:7f00:1::,TRANSLATED",
        "fd00::1,PRIVATE",
        "fd00:ec2::254,METADATA",
        "fe80::1,LINK_LOCAL",
        "fec0::1,PRIVATE",
        "ff02::1,MULTICAST",
        "2001:db8::1,DOCUMENTATION",
        "5f00::1,RESERVED",
        "100::1,RESERVED"
    })
    void tells_what_kind_of_place_it_is(String address, AddressClass expected) {
        assertThat(AddressClass.of(InetAddress.ofLiteral(address))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8,,true",
        "127.0.0.1,,false",
        "127.0.0.1,127.0.0.1/32,true",
        "127.0.0.2,127.0.0.1/32,false",
        "10.9.9.9,10.0.0.0/8,true",
        "10.9.9.9,0.0.0.0/0,true",
        "169.254.169.254,0.0.0.0/0,false",
        "169.254.169.254,169.254.0.0/16,false",
        "169.254.169.254,169.254.169.254/32,true",
        "169.254.1.1,0.0.0.0/0,false",
        "169.254.1.1,169.254.0.0/16,true",
        "169.254.1.1,169.254.1.1,true",
        "168.63.129.16,168.0.0.0/8,false",
        "fd00::1,fd00::/8,true",
        "fd00:ec2::254,fd00::/8,false",
        "fd00:ec2::254,fd00:ec2::254,true",
        "fe80::1,::/0,false",
        "fe80::1,fe80::/10,true",
        "64:ff9b::a00:1,::/0,false",
        "64:ff9b::a00:1,64:ff9b::/96,true",
        "::1,127.0.0.1,false",
        "127.0.0.1,::/0,false"
    })
    void ranges_open_exactly_what_they_name(String address, String range, boolean admitted) {
        List<AllowedRange> ranges =
                range == null ? List.of() : List.of(AllowedRange.parse(range).orElseThrow());
        assertThat(AddressClass.admits(InetAddress.ofLiteral(address), ranges)).isEqualTo(admitted);
    }
}
