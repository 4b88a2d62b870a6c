// Package protocol proves the sync protocol: random histories of desks, a server, the network between them and
// everything that goes wrong, under virtual time, with every invariant checked after each. The model here and the
// programs act on the same decisions, those of callback/protocol_*.go, and fold with the same callback.Apply; the
// same histories also run against the real handlers, with real files.
package protocol

import (
	"time"

	"ringback/callback"
)

// rules are the decisions that the model acts on: those that the programs act on, unless a mutant puts a known bug
// in the place of one.
type rules struct {
	// Of the server.
	epochFits  func(server, desk string) bool
	streamFits func(h callback.StreamHead, device, agent string) bool
	ackFits    func(ack callback.Acked, at ...string) bool
	next       func(h callback.StreamHead, a callback.Arrival) (callback.Taking, callback.StreamHead)
	apply      func(p callback.Policy, c callback.Case, e callback.Event) (callback.Case, callback.Verdict)
	resume     func(begin callback.Cursor, claim callback.Claim, past callback.Past) (callback.Cursor, string)
	doubts     func(begin callback.Cursor, claim callback.Claim, past callback.Past) bool
	vouches    func(begin callback.Cursor, mark callback.Claim, past callback.Past) callback.Vouching
	gives      func(c callback.Cursor, d callback.Doc) bool
	after      func(c callback.Cursor, last, high uint64, more bool) callback.Cursor
	barTo      func(c callback.Case, agent string, now time.Time) callback.Bar
	holdCovers func(h callback.NumberHold, team, caseID string, now time.Time) bool
	renewed    func(l callback.Lease, purpose callback.LeasePurpose, until time.Time) callback.Lease
	grant      func(c callback.Case, fresh callback.Lease) callback.Lease

	// Of the desk.
	settle        func(r callback.JournalRow, word callback.Receipt, epoch string, now time.Time) (callback.JournalRow, bool)
	restream      func(r callback.JournalRow, stream string, seq uint64) (callback.JournalRow, bool)
	rests         func(r callback.JournalRow, at callback.Stand) bool
	leaves        func(r callback.JournalRow, epoch string, stable uint64, now time.Time) bool
	shows         func(r callback.JournalRow, at callback.Stand, base callback.Case, pos uint64) bool
	bans          func(r callback.JournalRow, at callback.Stand) bool
	heldBack      func(r callback.JournalRow, now time.Time, flushed uint64, wait time.Duration) bool
	advance       func(a callback.Acked, has func(uint64) (string, bool)) callback.Acked
	stand         func(s callback.Stand, p callback.Page) callback.Stand
	askFrom       func(inUse callback.Stand, broken bool, snapshot *callback.Stand) callback.Position
	filing        func(p callback.PageHead, snapshot *callback.Stand) callback.Filing
	pageRestreams func(known string, p callback.PageHead) bool
	docsRestream  func(journal, docs string) bool
	answerTo      func(code callback.Code) callback.Answering
	leaseCovers   func(l callback.Lease, base callback.Case, same, live bool) bool

	flaws flaws
}

// flaws are known bugs of what no decision decides: in which order things are written, and what is remembered.
type flaws struct {
	// dropOn2xx: any answer to a push takes what was sent out of the journal.
	dropOn2xx bool
	// cursorFirst: the cursor is on disk before the documents of its page.
	cursorFirst bool
	// forgetResting: a new stream leaves out what only waits for a backup.
	forgetResting bool
	// swapEarly: a snapshot takes the place of the documents before its last page has come.
	swapEarly bool
	// volatileSeq: the last number given is not on disk.
	volatileSeq bool
	// anyKindOfErased: an event of an erased case is known by its id alone.
	anyKindOfErased bool
	// undoSent: what was sent can still be undone.
	undoSent bool
	// writeThrough: pending facts are written into documents.
	writeThrough bool
	// countTwice: a case's new counters are added, its old ones not taken away.
	countTwice bool
	// soleCase: a request never to be called again ends only its own case.
	soleCase bool
	// opensBanned: a case is opened for a person on the do-not-call list.
	opensBanned bool
	// forgetVerdict: a duplicate is answered as applied, whatever the first verdict was.
	forgetVerdict bool
	// savedEarly: a fact is shown as saved before it is on disk.
	savedEarly bool
	// silentPull: a desk that only pulls does not say what it believes acknowledged.
	silentPull bool
	// oldEffect: an event that changed nothing is said to show where its case stood before.
	oldEffect bool
	// oldFences: a new history goes on with the fences of the backup.
	oldFences bool
	// earlyAck: what took effect before its turn is acknowledged without its number.
	earlyAck bool
	// unlisted: a backup does not list itself.
	unlisted bool
	// keepsLeases: a new history honours the leases of the backup.
	keepsLeases bool
	// forgetsErasures: an erasure is not repeated on a restored backup.
	forgetsErasures bool
	// keepsErased: a desk keeps what it recorded of an erased case; keepsLog: in its log only.
	keepsErased, keepsLog bool
	// neverAsks: a desk does not ask about cases that it does not see.
	neverAsks bool
	// wholeLate: what comes late about an erased case is kept with its texts.
	wholeLate bool
	// newestPolicy: every event is judged by the newest policy.
	newestPolicy bool
	// dropsUnknown: an older server acknowledges what it does not know, and does not keep it.
	dropsUnknown bool
	// swallows: an older desk takes the place of a page whose documents it cannot read.
	swallows bool
	// allViews: the feed gives every document to every role.
	allViews bool
	// keepsPack: a desk forgets what it gives back, and does not tell the server.
	keepsPack bool
	// unmarked: a reply to a push does not say where the feed stands.
	unmarked bool
}

// rulesInForce are the decisions as they ship.
func rulesInForce() *rules {
	return &rules{
		epochFits:  callback.EpochFits,
		streamFits: callback.StreamHead.Fits,
		ackFits:    callback.AckFits,
		next:       callback.StreamHead.Next,
		apply:      callback.Apply,
		resume:     callback.Cursor.Resume,
		doubts:     callback.Cursor.Contradicts,
		vouches:    callback.Cursor.Vouches,
		gives:      callback.Cursor.Gives,
		after:      callback.Cursor.After,
		barTo:      callback.Case.BarTo,
		holdCovers: callback.NumberHold.Covers,
		renewed:    callback.Lease.Renewed,
		grant:      callback.Case.Grant,

		settle:        callback.JournalRow.Settle,
		restream:      callback.JournalRow.Restream,
		rests:         callback.JournalRow.Rests,
		leaves:        callback.JournalRow.Leaves,
		shows:         callback.JournalRow.Shows,
		bans:          callback.JournalRow.Bans,
		heldBack:      callback.JournalRow.HeldBack,
		advance:       callback.Acked.Advance,
		stand:         callback.Stand.After,
		askFrom:       callback.AskFrom,
		filing:        callback.FilingOf,
		pageRestreams: callback.PageRestreams,
		docsRestream:  callback.DocsRestream,
		answerTo:      callback.AnswerTo,
		leaseCovers:   callback.Lease.Covers,
	}
}
