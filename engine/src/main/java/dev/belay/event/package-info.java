/// What arrived: immutable events and their ids.
package dev.belay.event;
