/// Sign and verify webhooks with nothing but the JDK.
@org.jspecify.annotations.NullMarked
module dev.belay.signatures {
    requires static transitive org.jspecify;

    exports dev.belay.signature;
}
