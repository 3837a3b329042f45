/// One line for each step in the life of an event.
@org.jspecify.annotations.NullMarked
package dev.belay.server.log;
