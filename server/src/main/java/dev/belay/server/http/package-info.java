/// The listener the doors share. HTTP/1.1 read strictly: what could be read in two ways is refused.
@org.jspecify.annotations.NullMarked
package dev.belay.server.http;
