/// PostgreSQL behind every storage port, for several nodes on one database. Not exported.
///
/// Two [GroupWriter] threads commit whatever waits: one what comes in, one what the dispatcher
/// decides. A group is a single statement over arrays, and so a single round trip that the server
/// commits by itself. Nodes share the work through leases: see [Nodes] for who may take back whose.
/// Rows of finished work lie in weekly partitions that [Partitions] makes and drops.
package dev.belay.store.postgres;
