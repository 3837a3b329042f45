package dev.belay.server.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Reads Prometheus text format 0.0.4, strictly: every sample belongs to a family declared before
/// it, families do not interleave, no sample comes twice, histograms add up.
///
/// @param types `counter`, `gauge`, `histogram`, … by family
/// @param samples value by name and labels, such as `belay_dead_total{destination="a"}`
record Scrape(Map<String, String> types, Map<String, Double> samples) {
    static Scrape read(String text) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("does not end in a line end");
        }
        Scrape scrape = new Scrape(new LinkedHashMap<>(), new LinkedHashMap<>());
        Set<String> ended = new HashSet<>();
        String family = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            if (line.startsWith("# HELP ")) {
                ended.add(family);
                family = line.split(" ", 4)[2];
                require(!ended.contains(family), "comes apart", line);
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                require(words.length == 4 && words[2].equals(family), "type without help", line);
                require(
                        Set.of("counter", "gauge", "histogram", "summary").contains(words[3]),
                        "unknown type",
                        line);
                require(scrape.types.put(family, words[3]) == null, "typed twice", line);
            } else {
                scrape.sample(line, family);
            }
        }
        scrape.checkHistograms();
        return scrape;
    }

    private static void require(boolean holds, String what, String line) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + line);
        }
    }

    private void sample(String line, String family) {
        int open = line.indexOf('{');
        int space = line.lastIndexOf(' ');
        String name = line.substring(0, open < 0 ? space : open);
        require(isName(name, true), "no name", line);
        String rest = name.startsWith(family) ? name.substring(family.length()) : "?";
        require(
                switch (types.getOrDefault(family, "")) {
                    case "histogram", "summary" ->
                            Set.of("_bucket", "_sum", "_count", "").contains(rest);
                    case "counter", "gauge" -> rest.isEmpty();
                    default -> false;
                },
                "not of the family " + family,
                line);
        if (open >= 0) {
            require(line.charAt(space - 1) == '}', "labels do not end", line);
            labels(line.substring(open + 1, space - 1), line);
        }
        String value = line.substring(space + 1).replace("+Inf", "Infinity");
        String key = line.substring(0, space);
        require(samples.put(key, Double.valueOf(value)) == null, "comes twice", line);
    }

    private static void labels(String text, String line) {
        Set<String> names = new HashSet<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            String name = text.substring(at, equals);
            require(isName(name, false) && names.add(name), "bad label", line);
            require(text.charAt(equals + 1) == '"', "no quote", line);
            at = equals + 2;
            while (text.charAt(at) != '"') {
                if (text.charAt(at) == '\\') {
                    at++;
                    require("\\\"n".indexOf(text.charAt(at)) >= 0, "bad escape", line);
                }
                at++;
            }
            at++;
            require(at == text.length() || text.charAt(at) == ',', "no comma", line);
            at++;
        }
    }

    private static boolean isName(String text, boolean colons) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(
                                c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= 'A' && c <= 'Z')
                                                || (c >= '0' && c <= '9')
                                                || c == '_'
                                                || (colons && c == ':'))
                && !Character.isDigit(text.charAt(0));
    }

    /// Buckets grow with their limit and the last one holds as many as were counted.
    private void checkHistograms() {
        Map<String, TreeMap<Double, Double>> buckets = new LinkedHashMap<>();
        samples.forEach(
                (key, value) -> {
                    int le = key.indexOf("le=\"");
                    if (key.contains("_bucket{") && le >= 0) {
                        String limit = key.substring(le + 4, key.indexOf('"', le + 4));
                        String others =
                                key.replace("le=\"" + limit + "\"", "")
                                        .replace(",}", "}")
                                        .replace("{}", "")
                                        .replace("_bucket", "_count");
                        buckets.computeIfAbsent(others, k -> new TreeMap<>())
                                .put(Double.valueOf(limit.replace("+Inf", "Infinity")), value);
                    }
                });
        buckets.forEach(
                (count, byLimit) -> {
                    List<Double> values = new ArrayList<>(byLimit.values());
                    require(values.stream().sorted().toList().equals(values), "shrinks", count);
                    require(byLimit.lastKey().isInfinite(), "has no +Inf", count);
                    require(values.getLast().equals(samples.get(count)), "does not add up", count);
                });
    }

    /// A sample's value.
    double value(String key) {
        Double value = samples.get(key);
        require(value != null, "no such sample among " + samples.keySet(), key);
        return value == null ? Double.NaN : value;
    }

    /// All samples of one name, added.
    double sum(String name) {
        return samples.entrySet().stream()
                .filter(entry -> entry.getKey().split("\\{", -1)[0].equals(name))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
