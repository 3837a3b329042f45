package dev.belay.signature;

import dev.belay.signature.CatalogueText.Block;
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
                    "jwt",
                    "published");

    private static final Map<String, Block> ENTRIES = entries();
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

    /// The entry with this name, with what the operator says where it leaves something open.
    ///
    /// @param values by the name of the [Setting]
    /// @throws IllegalArgumentException if there is no such entry, or the values are not those of
    ///   its settings; the message is for the operator
    public static Provider named(String name, Map<String, String> values) {
        Provider open =
                named(name)
                        .orElseThrow(() -> new IllegalArgumentException("no such entry: " + name));
        for (Setting setting : open.settings()) {
            String value = values.get(setting.name());
            if (value == null) {
                throw new IllegalArgumentException(
                        "%s is missing: %s, such as %s"
                                .formatted(setting.name(), setting.words(), setting.example()));
            }
            if (!Setting.isValue(value)) {
                throw new IllegalArgumentException(
                        setting.name()
                                + " must be visible ASCII without blanks, quotes and braces");
            }
        }
        for (String given : values.keySet()) {
            if (open.settings().stream().noneMatch(setting -> setting.name().equals(given))) {
                throw new IllegalArgumentException(given + " is no setting of " + name);
            }
        }
        Block block = ENTRIES.get(name);
        if (block == null || values.isEmpty()) {
            return open;
        }
        try {
            return new EntryReader(block, values).read();
        } catch (CatalogueText.Fault unusable) {
            // Its message says where in the catalogue, which is of no use to an operator.
            throw new IllegalArgumentException("the settings make no usable entry", unusable);
        }
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

    private static Map<String, Block> entries() {
        Map<String, Block> entries = new LinkedHashMap<>();
        for (String file : FILES) {
            for (Block block : CatalogueText.read(file + ".txt", text(file))) {
                if (entries.put(block.name(), block) != null) {
                    throw block.fault("title", "an entry of this name is in another file");
                }
            }
        }
        return entries;
    }

    private static Map<String, Provider> read() {
        Map<String, Provider> all = new LinkedHashMap<>();
        ENTRIES.forEach((name, block) -> all.put(name, new EntryReader(block, Map.of()).read()));
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
