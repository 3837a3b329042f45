package dev.belay.transport;

import dev.belay.catalog.AddressClass;
import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.DestinationUrl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/// Says where an attempt may connect to. The name is resolved here and nowhere else, every answer
/// is classified, and the attempt connects to an address from this result: what was checked is what
/// is used, whatever the name leads to a moment later.
final class AddressGuard {
    /// More answers than this are no honest configuration.
    private static final int MAX_ANSWERS = 64;

    private final Lookups lookups;

    AddressGuard(Lookups lookups) {
        this.lookups = lookups;
    }

    /// What the guard found.
    sealed interface Finding {
        /// Each of these may be connected to; never empty.
        record Admitted(List<InetAddress> addresses) implements Finding {}

        /// At least one answer is not open to this destination, so none is.
        record Blocked() implements Finding {}

        /// There is no answer.
        record Unknown() implements Finding {}
    }

    /// Resolves and judges.
    ///
    /// @param wait longest wait for the resolver
    Finding inspect(DestinationUrl url, List<AllowedRange> allowed, Duration wait)
            throws InterruptedException {
        InetAddress literal = url.literal();
        if (literal != null) {
            return judge(List.of(literal), allowed);
        }
        if (url.isLocalhost()) {
            List<InetAddress> addresses = url.localhostAddresses(allowed);
            return addresses.isEmpty() ? new Finding.Blocked() : new Finding.Admitted(addresses);
        }
        try {
            return judge(lookups.resolve(url.host(), wait), allowed);
        } catch (UnknownHostException e) {
            return new Finding.Unknown();
        }
    }

    private static Finding judge(List<InetAddress> answers, List<AllowedRange> allowed) {
        if (answers.size() > MAX_ANSWERS) {
            return new Finding.Blocked();
        }
        for (InetAddress answer : answers) {
            if (!AddressClass.admits(answer, allowed)) {
                return new Finding.Blocked();
            }
        }
        return new Finding.Admitted(answers);
    }
}
