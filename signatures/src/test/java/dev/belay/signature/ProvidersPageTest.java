package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ProvidersPageTest {
    @Test
    void the_page_says_what_the_catalogue_says() throws IOException {
        assertThat(Files.readString(ProvidersPage.PAGE))
                .as("run ProvidersPage and commit the page")
                .isEqualTo(ProvidersPage.text());
    }

    @Test
    void every_entry_can_be_explained() {
        for (Provider provider : Providers.all()) {
            assertThat(Description.of(provider))
                    .as(provider.name())
                    .allSatisfy(line -> assertThat(line.text()).isNotBlank())
                    .extracting(Description.Line::name)
                    .contains("scheme", "secret", "covers", "event id", "answer", "confidence");
        }
    }
}
