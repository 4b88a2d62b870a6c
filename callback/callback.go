// Package callback is the trade of a call-back team: the values it talks
// about and the rules it works by.
//
// A customer answers a survey (Response). When the score is low, or the
// customer asks to be phoned, the Policy opens a Case: we owe that person a
// call. Each dial is an Attempt that ends with a Disposition; the case ends
// with a Resolution. On the call the customer may be asked for the score again
// (Score), so that conversion can be measured.
//
// Everything that happens is an Event, and Apply is the only place where an
// event changes a case. The desk and the server fold with the same code, so
// what an agent sees offline is what the server will compute.
//
// The package is pure: no input or output, no clock, no goroutine. Times are
// handed in, and are UTC unless a name or comment says otherwise.
package callback

// SchemaVersion is the version of the documents and events that this code
// writes. A desk or server that meets a higher one must not rewrite it.
const SchemaVersion = 1

// ReaderVersion is the lowest version that can still read the documents this
// code writes. A desk below it may send facts, but gets no documents.
const ReaderVersion = 1
