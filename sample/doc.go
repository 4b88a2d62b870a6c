// Package sample makes a make-believe year of a call-back team: for the demo,
// for tests and for benchmarks.
//
// Everything in it is synthetic and says so: responses carry the source
// "synthetic", mail addresses end in example.com, example.org or example.net
// (RFC 2606), and phone numbers come only from the ranges that Ofcom, the
// ACMA and the North American Numbering Plan keep free for fiction. The firm,
// Larkspur Cycles, which sells and mends bicycles, does not exist.
//
// [Make] is deterministic: the same seed, the same number of responses and the
// same minute give the same bytes. The year is then played in two steps,
// because the server gives cases their ids: the loader sends Responses to the
// server, remembers which response opened which case, and hands that to
// Year.History, which plays the agents' work on those cases.
//
// # Conversion
//
// The source of the trade says that a quarter of the detractors who were
// called became promoters and a third passives. "Called" is ambiguous between
// those who gave a second score and those who were reached at all; the year is
// tuned so that 25 % and 33 % lie between the two: a little more of the
// re-scored, a little less of the contacted.
package sample
