package dev.belay.signature;

import java.net.URI;
import java.util.List;

/// A place where a sender publishes public keys.
///
/// @param url always `https`
/// @param form what is found there
/// @param credentials what has to be shown there; mostly nothing
public record KeyPlace(URI url, Form form, List<Secret> credentials) {
    /// What is found at a place.
    public enum Form {
        /// A JSON Web Key Set (RFC 7517): every key of the sender.
        JWKS,
        /// Every key of the sender, as GitHub lists them.
        KEY_LIST,
        /// One X.509 certificate as PEM; more that follow it are its issuers'.
        CERTIFICATE,
        /// One key, asked for by its id with credentials, as Plaid does.
        PLAID;

        /// Whether one answer holds every key there is.
        public boolean isWhole() {
            return this == JWKS || this == KEY_LIST;
        }

        /// Whether a key can only be asked for by its id.
        boolean needsId() {
            return this == KEY_LIST || this == PLAID;
        }
    }

    /// @throws IllegalArgumentException if the URL is not one that keys may come from
    public KeyPlace {
        credentials = List.copyOf(credentials);
        if (!"https".equals(url.getScheme())
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException("keys come from an https URL: " + url);
        }
    }
}
