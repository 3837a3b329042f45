package dev.belay.server;

/// Why the gateway cannot be started: a sentence for the operator, free of secrets.
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean configuration;

    private StartFailure(String message, boolean configuration) {
        super(message);
        this.configuration = configuration;
    }

    /// What was declared cannot be used: to be mended there.
    static StartFailure configuration(String message) {
        return new StartFailure(message, true);
    }

    /// The machine stands in the way: a port in use, a directory that cannot be written.
    static StartFailure surroundings(String message) {
        return new StartFailure(message, false);
    }

    /// The message.
    public String message() {
        return String.valueOf(getMessage());
    }

    /// Whether what was declared is to blame.
    public boolean isConfiguration() {
        return configuration;
    }
}
