package dev.belay.signature;

import java.util.List;

/// A place in a request where an id, a type, a token or a challenge is found.
public sealed interface Location {
    /// The value of the first header line with this name.
    record Header(String name) implements Location {}

    /// The scalar at this JSON pointer (RFC 6901) in the body. For a token, `*` in it stands for
    /// each item of an array.
    record Pointer(String pointer) implements Location {}

    /// The parameter with this name in the URL's query.
    record Query(String name) implements Location {}

    /// The field with this name in a form body.
    record FormField(String name) implements Location {}

    /// Several places together, a full stop between: `issue` and `create` make `issue.create`.
    /// Nothing is found where one of them is empty.
    ///
    /// @param parts at least two, none of them joined itself
    record Joined(List<Location> parts) implements Location {
        public Joined {
            parts = List.copyOf(parts);
        }
    }

    /// Written as in the catalogue, such as `header X-Id`, `/id` or `/type + /action`.
    default String words() {
        return switch (this) {
            case Header(String name) -> "header " + name;
            case Pointer(String pointer) -> pointer;
            case Query(String name) -> "query " + name;
            case FormField(String name) -> "form " + name;
            case Joined(List<Location> parts) ->
                    String.join(" + ", parts.stream().map(Location::words).toList());
        };
    }
}
