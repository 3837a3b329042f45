package dev.belay.server.http;

/// Ends the handling of a request with a problem. Carries no stack trace: it is an answer, not a
/// fault.
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final boolean close;

    /// @param problem what to answer
    public Refused(Problem problem) {
        this(problem, false);
    }

    /// @param close whether what follows on the connection cannot be trusted any more
    Refused(Problem problem, boolean close) {
        super(problem.slug(), null, false, false);
        this.problem = problem;
        this.close = close;
    }

    /// What to answer.
    public Problem problem() {
        return problem;
    }

    /// Whether the connection ends with the answer.
    boolean close() {
        return close;
    }
}
