// Package server is the central endpoint of a call-back team: it takes
// responses in, opens cases by the policy, folds the events that desks send,
// and hands out the team's documents as a feed.
//
// Every door, be it HTTP or a method of Server, goes through the same steps:
// one transaction (unit), in which each team's part (ledger) folds events with
// callback.Apply, counts what changed, and takes its feed positions last. The
// SQL is written once and runs on SQLite and on PostgreSQL.
package server
