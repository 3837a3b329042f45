package dev.belay.server.cli;

/// A command ends here. The message is all that the user sees, on standard error.
final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    /// @param message in words, with what to do about it where that is known
    CliFailure(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    /// How the process ends.
    ExitCode code() {
        return code;
    }

    /// The words.
    String message() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }
}
