/// The gateway as a library: receive, keep, deliver, dead-letter, replay.
@org.jspecify.annotations.NullMarked
module dev.belay.engine {
    requires static transitive org.jspecify;
    requires transitive dev.belay.signatures;
    requires java.sql;
    requires com.networknt.schema;
    requires com.zaxxer.hikari;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.xerial.sqlitejdbc;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.belay;
    exports dev.belay.catalog;
    exports dev.belay.delivery;
    exports dev.belay.event;
    exports dev.belay.history;
    exports dev.belay.ingest;
    exports dev.belay.signal;
    exports dev.belay.time;
}
