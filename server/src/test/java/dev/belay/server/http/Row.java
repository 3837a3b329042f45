package dev.belay.server.http;

import java.util.Arrays;
import java.util.List;

/// One row of the corpus: what is sent, and the statuses of the answers, none where the connection
/// just ends.
record Row(String name, String bytes, After after, List<Integer> statuses) {
    static final String POST = "POST /in/x HTTP/1.1\r\nHost: a\r\n";
    static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    static final String HEALTHY = POST + "Content-Length: 2\r\n\r\nok";

    /// Behind the end of a body: served only where framing is read wrongly.
    static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

    /// What becomes of the connection.
    enum After {
        /// It serves the next request.
        KEPT,
        /// The last answer says that it ends, and it ends.
        CLOSED,
        /// The client ends it, and it ends without a word.
        ENDED
    }

    static Row row(String name, String bytes, After after, int... statuses) {
        return new Row(name, bytes, after, Arrays.stream(statuses).boxed().toList());
    }

    static Row bad(String name, String bytes) {
        return row(name, bytes, After.CLOSED, 400);
    }

    @Override
    public String toString() {
        return name;
    }
}
