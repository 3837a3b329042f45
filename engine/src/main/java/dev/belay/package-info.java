/// The gateway as a library. Start at [dev.belay.Gateway].
package dev.belay;
