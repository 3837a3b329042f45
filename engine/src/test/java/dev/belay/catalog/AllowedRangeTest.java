package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// CIDR notation and nothing like it.
class AllowedRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.255.255,true",
        "10.0.0.0/8,11.0.0.0,false",
        "127.0.0.1,127.0.0.1,true",
        "127.0.0.1,127.0.0.0,false",
        "0.0.0.0/0,1.2.3.4,true",
        "172.16.0.0/12,172.31.255.255,true",
        "172.16.0.0/12,172.32.0.0,false",
        "192.168.1.128/25,192.168.1.127,false",
        "fd00::/8,fdff::1,true",
        "fd00::/8,fe00::1,false",
        "fd00::1,fd00::1,true",
        "::/0,10.0.0.1,false",
        "0.0.0.0/0,::1,false"
    })
    void holds_what_it_names(String range, String address, boolean holds) {
        assertThat(AllowedRange.parse(range).orElseThrow().contains(InetAddress.ofLiteral(address)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0.1/8",
                "10.0.0.0/ 8",
                " 10.0.0.0/8",
                "10/8",
                "127.1",
                "0x7f.0.0.1",
                "010.0.0.0/8",
                "2130706433",
                "localhost",
                "example.com/8",
                "fd00::1/8",
                "fd00::/129",
                "[::1]",
                "fe80::1%eth0",
                "::ffff:10.0.0.0/104",
                "256.0.0.0/8",
                "1.2.3.4.5",
                "1.2.3.",
                "\u0661.2.3.4",
                "10.0.0.0/\u0668"
            })
    void is_nothing_else(String text) {
        assertThat(AllowedRange.parse(text)).isEmpty();
    }

    @Test
    void prints_as_it_is_read() {
        assertThat(AllowedRange.parse("10.0.0.0/8").orElseThrow()).hasToString("10.0.0.0/8");
    }
}
