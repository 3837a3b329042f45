package dev.belay.signature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes `docs/providers.md` from the catalogue. To be run in the module's directory, or with the
/// page's path.
final class ProvidersPage {
    static final Path PAGE = Path.of("..", "docs", "providers.md");

    private ProvidersPage() {}

    public static void main(String[] arguments) throws IOException {
        Files.writeString(arguments.length > 0 ? Path.of(arguments[0]) : PAGE, text());
    }

    /// The page.
    static String text() {
        StringBuilder page = new StringBuilder();
        List<Provider> all = Providers.all();
        long confirmed =
                all.stream().filter(p -> p.provenance().confidence().isConfirmed()).count();
        page.append(
                """
                # Providers

                <!-- Made from signatures/src/main/resources/dev/belay/signature/catalogue by the class
                     ProvidersPage in the tests of signatures. Do not edit. -->

                %d senders, of which %d can be used as they are. `belay sources catalog NAME` says everything
                that is known of one; `belay send NAME` sends a signed sample.

                The last column says how sure the entry is: A, the sender's own library was read and run; B, its
                own document was read; C, several independent sources agree; D, one does; E, commonly said. D and E
                are refused unless the source says `unconfirmed: true`: try them with a real delivery first.

                The letter speaks of the way of signing. Links, header names of C, and the columns for event id and
                type below A and B are in part common knowledge that nobody here has checked against the sender's
                page: compare them with a real delivery before you rely on them.

                | `scheme:` | Sender | How it signs | Event id | Event type | Answer | |
                |---|---|---|---|---|---|---|
                """
                        .formatted(all.size(), confirmed));
        for (Provider provider : all) {
            page.append("| `%s` | ".formatted(provider.name()));
            String reference = provider.provenance().reference();
            page.append(
                    reference.startsWith("https:")
                            ? "[%s](%s)".formatted(provider.title(), reference)
                            : provider.title());
            for (String name : List.of("scheme", "event id", "event type", "answer")) {
                page.append(" | ").append(cell(line(provider, name)));
            }
            page.append(" | ").append(provider.provenance().confidence()).append(" |\n");
        }
        return page.toString();
    }

    private static String line(Provider provider, String name) {
        return Description.of(provider).stream()
                .filter(line -> line.name().equals(name))
                .map(Description.Line::text)
                .findFirst()
                .orElseThrow();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("{", "‹").replace("}", "›");
    }
}
