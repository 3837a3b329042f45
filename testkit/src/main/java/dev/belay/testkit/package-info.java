/// For tests of whatever uses Belay: time that moves when told to, a store without a disk,
/// endpoints that misbehave.
@org.jspecify.annotations.NullMarked
package dev.belay.testkit;
