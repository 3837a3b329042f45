/// Copying a store into another, whichever adapter either has. Not exported.
///
/// [CopyTable] says once what is copied; an adapter reads and writes such rows as a [CopyEnd];
/// [Copying] takes them across and checks them. A mark committed with every batch ([Marks]) makes a
/// copy go on where it ended.
package dev.belay.store.copy;
