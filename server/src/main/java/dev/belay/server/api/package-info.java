/// The door for operators and programs: REST under `/v1`.
@org.jspecify.annotations.NullMarked
package dev.belay.server.api;
