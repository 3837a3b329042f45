package dev.belay.server.config;

/// One thing that is wrong with what was declared. Never holds a secret.
///
/// @param pointer where, as a JSON pointer, such as `/sources/github/secrets/0`
/// @param message what, as a sentence without a full stop
/// @param line where in the file, counted from 1; 0 where there are no lines
public record ConfigProblem(String pointer, String message, int line) {
    /// Where, as people write it: `sources.github.secrets[0]`.
    public String path() {
        StringBuilder path = new StringBuilder();
        for (String part : pointer.split("/", -1)) {
            boolean index = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (index) {
                path.append('[').append(part).append(']');
            } else if (!part.isEmpty()) {
                path.append(path.isEmpty() ? "" : ".");
                path.append(part.replace("~1", "/").replace("~0", "~"));
            }
        }
        return path.toString();
    }

    @Override
    public String toString() {
        String where = path();
        return (line > 0 ? "line " + line + ": " : "")
                + (where.isEmpty() ? "" : where + " ")
                + message;
    }
}
