/// The door: verify, dedupe, route, journal, answer.
package dev.belay.ingest;
