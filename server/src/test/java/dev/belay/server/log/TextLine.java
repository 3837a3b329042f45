package dev.belay.server.log;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Reads a log line in text form, strictly.
///
/// @param values in their order; `time`, `level` and `step` first
record TextLine(Map<String, String> values) {
    private static final JsonMapper JSON = JsonMapper.shared();

    static TextLine read(String line) {
        String[] head = line.split(" ", 4);
        Map<String, String> values = new LinkedHashMap<>();
        values.put("time", head[0]);
        values.put("level", head[1]);
        values.put("step", head[2]);
        String rest = head.length == 4 ? head[3] : "";
        while (!rest.isEmpty()) {
            int equals = rest.indexOf('=');
            String key = rest.substring(0, equals);
            int end = end(rest, equals + 1);
            String value = rest.substring(equals + 1, end);
            if (value.startsWith("\"")) {
                value = JSON.readValue(value, String.class);
            } else if (value.isEmpty() || value.indexOf('"') >= 0 || value.indexOf('=') >= 0) {
                throw new IllegalArgumentException("ambiguous value: " + line);
            }
            if (values.put(key, value) != null) {
                throw new IllegalArgumentException("twice: " + key);
            }
            if (end < rest.length() && rest.charAt(end) != ' ') {
                throw new IllegalArgumentException("no space after " + key + ": " + line);
            }
            rest = end < rest.length() ? rest.substring(end + 1) : "";
        }
        return new TextLine(values);
    }

    private static int end(String rest, int from) {
        int at = from;
        if (at < rest.length() && rest.charAt(at) == '"') {
            at++;
            while (rest.charAt(at) != '"') {
                at += rest.charAt(at) == '\\' ? 2 : 1;
            }
            return at + 1;
        }
        int space = rest.indexOf(' ', at);
        return space < 0 ? rest.length() : space;
    }
}
