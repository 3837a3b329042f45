package dev.belay.ingest;

import dev.belay.event.Body;
import dev.belay.signature.Headers;

/// A request at an inbound URL, as the door hands it in.
///
/// @param source the name in the path
/// @param method in upper case
/// @param url the configured public URL of the source
/// @param headers as received
/// @param body as received
/// @param remoteAddress of the peer, for history
public record InboundRequest(
        String source,
        String method,
        String url,
        Headers headers,
        Body body,
        String remoteAddress) {}
