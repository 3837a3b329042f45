/// What an observer may hear.
package dev.belay.signal;
