package dev.belay.signature;

/// The `Authorization` header (RFC 9110, section 11.6.2).
final class Authorization {
    static final HeaderName HEADER = HeaderName.of("Authorization");

    private Authorization() {}

    /// The credentials after the name of their scheme, which is compared without regard to case.
    /// Credentials of another scheme count as missing.
    ///
    /// @param scheme name and blank, such as `Bearer `
    static HeaderName.Found in(Headers headers, String scheme) {
        HeaderName.Found found = HEADER.in(headers);
        if (found.problem() != null) {
            return found;
        }
        return found.text().regionMatches(true, 0, scheme, 0, scheme.length())
                ? new HeaderName.Found(found.text().substring(scheme.length()).strip(), null)
                : HeaderName.Found.MISSING;
    }
}
