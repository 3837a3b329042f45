package dev.belay.signature;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The catalogue of built-in [Provider] entries. They are data: the files `catalogue/*.txt` beside
/// this class, of which the first explains how an entry is written.
public final class Providers {
    /// The files, in the order of their entries.
    static final List<String> FILES =
            List.of(
                    "own",
                    "standard-webhooks",
                    "body",
                    "body-base64",
                    "timestamped",
                    "context",
                    "in-body",
                    "token",
                    "basic",
                    "public-key",
                    "jwt");

    private static final Map<String, Provider> ALL = read();

    private Providers() {}

    /// Every entry, those to be confirmed among them.
    public static List<Provider> all() {
        return List.copyOf(ALL.values());
    }

    /// The entry with this name. One that is not [Confidence#isConfirmed] is to be used only where
    /// the operator asks for it.
    public static Optional<Provider> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /// The names a typing error away from this one.
    public static List<String> near(String name) {
        return ALL.keySet().stream().filter(known -> distance(known, name) <= 2).toList();
    }

    /// How many characters have to be put in, taken out or changed; 3 for all that is further.
    private static int distance(String one, String other) {
        if (Math.abs(one.length() - other.length()) > 2) {
            return 3;
        }
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }

    private static Map<String, Provider> read() {
        Map<String, Provider> all = new LinkedHashMap<>();
        for (String file : FILES) {
            for (CatalogueText.Block block : CatalogueText.read(file + ".txt", text(file))) {
                Provider provider = new EntryReader(block).read();
                if (all.put(provider.name(), provider) != null) {
                    throw block.fault("title", "an entry of this name is in another file");
                }
            }
        }
        return all;
    }

    private static String text(String file) {
        String path = "catalogue/" + file + ".txt";
        try (InputStream in = Providers.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
