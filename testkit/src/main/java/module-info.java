/// For tests: a fake endpoint with misbehaviours, settable time, a store in memory.
@org.jspecify.annotations.NullMarked
module dev.belay.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.belay.engine;
    requires transitive dev.belay.signatures;

    exports dev.belay.testkit;
}
