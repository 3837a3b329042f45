/// SQLite behind every storage port. Not exported.
///
/// One [Writer] thread commits whatever operations wait in groups, one sync a group; a few
/// [Readers] answer from snapshots and never wait for it. An operation changes rows through the
/// tables of a [WriteSession]; a delivery's row lies in `work` until it is finished and in
/// `delivery` from then on, so that what is read and written all the time stays small whatever the
/// length of history.
package dev.belay.store;
