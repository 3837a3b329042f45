package dev.belay.signature;

import java.util.List;

/// Where in a request the signatures are.
public sealed interface SignaturePlace {
    /// Most lines of one header that are looked at.
    int MAX_LINES = 20;

    /// What is put in the place of a signature inside a body before it is known.
    String MARK = "{{signature}}";

    /// One header, once.
    record InHeader(HeaderName header) implements SignaturePlace {}

    /// Several headers, one for each key in use; at least one of them is there, and none twice.
    record InAnyHeader(List<String> names) implements SignaturePlace {
        public InAnyHeader {
            names = List.copyOf(names);
        }
    }

    /// One header that may come several times, once for each key in use.
    record InRepeatedHeader(String name) implements SignaturePlace {}

    /// Somewhere else, once: in the query, a form field or the JSON body.
    record At(Location location) implements SignaturePlace {}
}
