/// SQLite behind every storage port. Not exported.
package dev.belay.store;
