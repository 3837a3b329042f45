package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Headers;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A hundred ways to write a URL.
class DestinationUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com",
                "https://example.com/",
                "HTTPS://Example.COM:8443/Hook?x=1&y=%0d%0a",
                "http://my_service:8080/hook",
                "http://a-b.example/",
                "http://xn--bcher-kva.example/",
                "http://8.8.8.8/",
                "http://[2606:4700:4700::1111]:80/x",
                "http://example.com:1/",
                "http://example.com:65535/",
                "http://1password.example/",
                "http://4chan/",
                "http://example.com/a@b",
                "http://example.com?u=http://127.0.0.1"
            })
    void is_fine(String url) {
        assertThat(DestinationUrl.problemWith(url, List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "//example.com",
                "/hook",
                "http:",
                "http:/x",
                "http://",
                "http:///x",
                "http://?x",
                "http:example.com",
                "ftp://example.com/",
                "file:///etc/passwd",
                "jar:http://example.com!/",
                "gopher://example.com/",
                "unix:/run/x.sock",
                "http+unix://x/",
                "javascript:alert(1)",
                "mailto:a@b",
                "http://user@example.com/",
                "http://user:pw@example.com/",
                "http://@example.com/",
                "http://example.com#x",
                "http://a#@b/",
                "http://a%2f@b/",
                "http://example.com\\@b/",
                "http:\\\\example.com",
                "http://example.com/a b",
                "http://example.com/\t",
                "http://example.com/\r\nX: y",
                "http://example.com/\0",
                " http://example.com",
                "http://example.com ",
                "http://example.com:/",
                "http://example.com:0/",
                "http://example.com:65536/",
                "http://example.com:99999/",
                "http://example.com:8080x/",
                "http://example.com:-1/",
                "http://example.com:+80/",
                "http://example.com:000080/",
                "http://example.com:80:80/",
                "http://b\u00fccher.example/",
                "http://ex%61mple.com/",
                "http://example.com./",
                "http://.example.com/",
                "http://a..b/",
                "http://-a.b/",
                "http://a-.b/",
                "http://a*b/",
                "http://[::1",
                "http://[::1]x/",
                "http://[]/",
                "http://[v1.x]/",
                "http://[1.2.3.4]/",
                "http://%31%32%37.0.0.1/",
                "http://a,b/"
            })
    void is_no_url_of_a_destination(String url) {
        assertThat(DestinationUrl.problemWith(url, loopback())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "127.0.1",
                "127",
                "2130706433",
                "0x7f000001",
                "0x7f.0.0.1",
                "0x7f.1",
                "0177.0.0.1",
                "017700000001",
                "127.0.0.01",
                "127.0.0.1.",
                "127.0.0.256",
                "0",
                "0.0.0.0",
                "0x",
                "1.2.3.4.5",
                "foo.0x7f",
                "foo.1",
                "10.0.0.1",
                "192.168.0.1",
                "172.20.1.1",
                "100.64.1.1",
                "169.254.169.254",
                "168.63.129.16",
                "224.0.0.1",
                "255.255.255.255",
                "198.18.0.1",
                "192.0.2.1",
                "\uff11\uff12\uff17.0.0.1",
                "127\u30020\u30020\u30021",
                "\u0661\u0662\u0667.0.0.1",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b:1::7f00:1]",
                "[2002:7f00:1::]",
                "[2001:0:7f00:1::]",
                "[fd00::1]",
                "[fe80::1]",
                "[fe80::1%25eth0]",
                "[fe80::1%eth0]",
                "[fec0::1]",
                "[ff02::1]",
                "[2001:db8::1]",
                "[5f00::1]",
                "[3fff::1]",
                "[fd00:ec2::254]",
                "[::ffff:8.8.8.8]",
                "[0:0:0:0:0:0:0:1]",
                "[::0127.0.0.1]",
                "localhost",
                "LOCALHOST",
                "a.localhost"
            })
    void leads_inside_and_needs_a_range(String host) {
        assertThat(DestinationUrl.problemWith("http://" + host + "/", List.of())).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:9000/hook", "http://localhost:9000/", "http://hook.localhost/"})
    void is_fine_inside_where_a_range_names_it(String url) {
        assertThat(DestinationUrl.problemWith(URI.create(url), loopback())).isEmpty();
    }

    @Test
    void is_read_in_one_way() {
        DestinationUrl url =
                DestinationUrl.of(URI.create("HTTPS://Example.COM:8443/A%0d%0a?b=%20"));

        assertThat(url)
                .isEqualTo(
                        new DestinationUrl(
                                true,
                                "example.com",
                                null,
                                8443,
                                "example.com:8443",
                                "/A%0d%0a?b=%20"));
        assertThat(DestinationUrl.of(URI.create("https://e.com:443")).hostHeader())
                .isEqualTo("e.com");
        assertThat(DestinationUrl.of(URI.create("http://e.com?q")).target()).isEqualTo("/?q");
        assertThat(DestinationUrl.of(URI.create("http://[::1]:80/")).hostHeader())
                .isEqualTo("[::1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-LENGTH",
                "Transfer-Encoding",
                "Connection",
                "TE",
                "Trailer",
                "Upgrade",
                "Expect",
                "Keep-Alive",
                "Proxy-Authorization",
                "webhook-signature",
                "Belay-Attempt",
                "",
                "a b",
                "a:b",
                "a\r\nb",
                "\u00e4"
            })
    void extra_headers_must_not_be_these(String name) {
        assertThat(ExtraHeaders.problemWith(Headers.of("X-Ok", "1", name, "v"))).isPresent();
        assertThat(ExtraHeaders.isAllowed(name, "v")).isFalse();
    }

    @Test
    void extra_headers_have_plain_values_and_problems_do_not_show_them() {
        assertThat(ExtraHeaders.problemWith(Headers.of("Authorization", "Bearer x\ty"))).isEmpty();
        for (String value : List.of("a\r\nb", "a\0", "\u00e9-value", "v".repeat(5_000))) {
            assertThat(ExtraHeaders.problemWith(Headers.of("X-A", value)))
                    .hasValueSatisfying(problem -> assertThat(problem).doesNotContain(value));
        }
    }

    private static List<AllowedRange> loopback() {
        return List.of(AllowedRange.parse("127.0.0.1").orElseThrow());
    }
}
