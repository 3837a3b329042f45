@org.jspecify.annotations.NullMarked
package dev.belay.server.api;
