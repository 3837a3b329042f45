package dev.belay.server.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Brings what libraries log, from WARNING up, into the gateway's own log and silences the rest.
public final class LibraryLog extends Handler {
    /// Puts parameters in their places.
    private static final Formatter WORDS = new SimpleFormatter();

    private final EventLog log;

    private LibraryLog(EventLog log) {
        this.log = log;
    }

    /// Puts it in place of whatever handlers there are.
    public static LibraryLog install(EventLog log) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        LibraryLog bridge = new LibraryLog(log);
        root.addHandler(bridge);
        root.setLevel(Level.WARNING);
        return bridge;
    }

    /// Takes it away again.
    public void uninstall() {
        Logger.getLogger("").removeHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() < Level.WARNING.intValue()) {
            return;
        }
        boolean severe = entry.getLevel().intValue() >= Level.SEVERE.intValue();
        StringBuilder message = new StringBuilder();
        message.append(entry.getLoggerName()).append(": ").append(WORDS.formatMessage(entry));
        Throwable thrown = entry.getThrown();
        if (thrown != null) {
            message.append(": ").append(thrown);
            for (StackTraceElement frame : thrown.getStackTrace()) {
                message.append(" < ").append(frame.getClassName());
                message.append('.').append(frame.getMethodName());
                message.append(':').append(frame.getLineNumber());
                if (message.length() > 2000) {
                    break;
                }
            }
        }
        log.say(
                severe ? LogSettings.Level.ERROR : LogSettings.Level.WARN,
                "library",
                message.toString());
    }

    @Override
    public void flush() {
        // Lines are flushed by their writer.
    }

    @Override
    public void close() {
        uninstall();
    }
}
