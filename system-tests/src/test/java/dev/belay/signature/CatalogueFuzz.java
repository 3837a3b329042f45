package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Files of the catalogue: read, or refused with a line and a key, and nothing else.
public final class CatalogueFuzz {
    private CatalogueFuzz() {}

    /// Takes one input.
    ///
    /// @param data the text of a file
    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            for (CatalogueText.Block block : CatalogueText.read("fuzz.txt", text)) {
                Provider provider = new EntryReader(block, Map.of()).read();
                if (provider.name().isEmpty()) {
                    throw new AssertionError("an entry without a name");
                }
            }
        } catch (CatalogueText.Fault said) {
            if (said.getMessage() == null || !said.getMessage().startsWith("fuzz.txt:")) {
                throw new AssertionError("a fault without a place", said);
            }
        }
    }
}
