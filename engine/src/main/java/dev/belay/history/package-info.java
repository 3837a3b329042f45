/// What happened: search, dead letters, replay, retention.
package dev.belay.history;
