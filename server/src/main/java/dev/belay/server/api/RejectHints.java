package dev.belay.server.api;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Source;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.RejectSampler;
import dev.belay.signature.Diagnosis;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Unverified;
import dev.belay.signature.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What an operator might try about a rejected request. Made when somebody looks, never while
/// requests come in.
final class RejectHints {
    /// Reasons that are no matter of the signature.
    private static final Set<String> OTHERS =
            Set.of("too_large", "no_handshake", "handshake_refused", "unknown_source");

    private RejectHints() {}

    static List<String> of(Catalog catalog, EventJournal.Reject reject) {
        Source source = catalog.source(reject.source());
        if (source == null || OTHERS.contains(reject.reason())) {
            return List.of();
        }
        InboundRequest request = reject.request();
        if (request.body().length() >= RejectSampler.MAX_BODY_BYTES) {
            return List.of(
                    "the body is longer than the %d bytes that are kept of it, so nothing can be tried on it"
                            .formatted(RejectSampler.MAX_BODY_BYTES));
        }
        SignedRequest signed =
                new SignedRequest(
                        request.method(), request.url(), request.headers(), request.body().bytes());
        List<String> hints = new ArrayList<>();
        for (Source other : catalog.sources().values()) {
            if (!other.name().equals(source.name()) && fits(other, signed, reject)) {
                hints.add("the signature is genuine at the source " + other.name());
            }
        }
        hints.addAll(
                Diagnosis.of(
                        source.provider().scheme(),
                        signed,
                        source.secrets().acceptedAt(reject.at()),
                        reject.at()));
        return hints;
    }

    private static boolean fits(Source other, SignedRequest signed, EventJournal.Reject reject) {
        return !(other.provider().scheme() instanceof Unverified)
                && !(other.provider()
                                .scheme()
                                .verify(
                                        signed,
                                        other.secrets().acceptedAt(reject.at()),
                                        reject.at())
                        instanceof Verdict.Forged);
    }
}
