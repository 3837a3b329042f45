package dev.belay.signature;

/// What a verifier says of one request.
public sealed interface Verdict {
    /// The request carries a signature made with one of the secrets.
    ///
    /// @param secret which of the secrets, counted from 0; [Unverified#NO_SECRET] where none was
    ///   looked at
    record Genuine(int secret) implements Verdict {}

    /// No signature matched.
    ///
    /// @param reason for history and operators, never for the sender
    record Forged(Reason reason) implements Verdict {}

    /// The signature is genuine and its timestamp is outside the tolerance: a replay, a late
    /// delivery or a clock that is off. To the sender it looks like [Forged].
    ///
    /// @param ageSeconds how long ago the timestamp was; negative when it lies in the future
    record Stale(long ageSeconds) implements Verdict {}

    /// Not decided yet: the sender publishes its keys, and the one that decides has to be found
    /// first. The answer goes to [Scheme#verifyWith].
    record KeyNeeded(KeyQuestion question) implements Verdict {}

    /// Why a request was found to be forged.
    enum Reason {
        /// A header that the scheme needs is absent or empty.
        HEADER_MISSING,
        /// A header that must come once came more than once, or under two names that disagree.
        HEADER_REPEATED,
        /// A query parameter, form field or member of the body that the scheme needs is absent,
        /// empty or there twice.
        FIELD_MISSING,
        /// The signature header does not follow the scheme's grammar.
        SIGNATURE_MALFORMED,
        /// More signatures than anyone sends honestly.
        TOO_MANY_SIGNATURES,
        /// The timestamp is not the plain number the scheme demands.
        TIMESTAMP_MALFORMED,
        /// The message id holds a character that would make the signed text ambiguous.
        ID_MALFORMED,
        /// The token names another algorithm than the scheme's, brings its own key, or demands an
        /// extension.
        ALGORITHM_REFUSED,
        /// A claim that the scheme needs is not in the token.
        CLAIM_MISSING,
        /// A claim of the token says something else than the scheme demands.
        CLAIM_MISMATCH,
        /// The token is genuine and was made for another body.
        BODY_MISMATCH,
        /// The signature is of less than the scheme demands.
        NOT_COVERED,
        /// The request names a key that none of the secrets belongs to.
        KEY_UNKNOWN,
        /// Everything is well-formed and nothing matches.
        MISMATCH;

        /// The word for logs, metrics and history, such as `header_missing`.
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
