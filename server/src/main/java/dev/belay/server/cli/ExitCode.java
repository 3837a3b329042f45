package dev.belay.server.cli;

/// What the process says to the shell. Documented in `docs/operations.md`; scripts lean on it.
enum ExitCode {
    /// Done.
    OK(0),
    /// It could not be done: the gateway said no, or what was asked for is not there.
    FAILED(1),
    /// The command line or the configuration is wrong; nothing was tried.
    USAGE(2),
    /// No gateway answers at the URL.
    UNREACHABLE(3),
    /// The gateway does not accept the token, or the receiver does not accept the signature.
    REFUSED(4);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The number the shell sees.
    int number() {
        return number;
    }
}
