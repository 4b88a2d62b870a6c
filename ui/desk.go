package ui

import (
	"context"
	"time"

	"ringback/callback"
)

// Desk is the agent's local truth, offline or on. The store meets it. All
// methods may block on the disk, so only commands call them.
type Desk interface {
	Queue(q callback.QueueQuery) (callback.QueuePage, error)
	Case(id string) (callback.CaseView, error)
	Record(f callback.Fact) (callback.Saved, error)
	Board(p callback.Period) (callback.Board, error)
	Comments(q callback.CommentQuery) ([]callback.Comment, error)
	Guides() ([]callback.Guide, error)
	Policy() (callback.Policy, error)
	Agents() ([]callback.Agent, error)
}

// Agenda is what the desk knows besides the order of the queue. The store
// meets it.
type Agenda interface {
	// Soon gives the callbacks agreed for the time from now on that are this
	// agent's to make, as far ahead as told, the first first.
	Soon(within time.Duration) ([]callback.QueueRow, error)
	// Find gives the cases of whoever rings, by the end of their number or
	// words of their name, closed cases behind open ones; at most limit.
	Find(ctx context.Context, text string, limit int) ([]callback.QueueRow, error)
	// Floor gives the cases that wait for people rather than for the clock.
	Floor(ctx context.Context) (callback.Floor, error)
	// Why tells what the cases that cannot be called wait for.
	Why(ctx context.Context) (callback.Why, error)
	// Promises gives every promise that is not settled, the first due first.
	Promises(ctx context.Context) ([]callback.Owed, error)
}

// Drafts keep a call in progress safe while it is typed.
type Drafts interface {
	SaveDraft(d callback.Draft) error
	DropDraft(eventID string) error
	// Drafts gives the unfinished calls, the latest first.
	Drafts() ([]callback.Draft, error)
	// Undo takes back an event that was not sent yet, and gives the draft it
	// came from, if there was one.
	Undo(eventID string) (*callback.Draft, error)
}

// Link is the way to the server as the Sync screen shows it.
type Link interface {
	Status() callback.LinkStatus
	SyncNow(ctx context.Context) (callback.SyncReport, error)
	Stats() (callback.JournalStats, error)
	Journal(limit int) ([]callback.JournalEntry, error)
	// MarkSeen says that a person has read of a refusal or a fact without effect.
	MarkSeen(eventID string) error
	// Requeue offers a refused event to the server again.
	Requeue(eventID string) error
	Check(ctx context.Context) (callback.CheckReport, error)
	// Matters gives what this person is to look at or to settle: facts that do
	// not lead, and events that were refused.
	Matters() ([]callback.Matter, error)
}

// Packs are cases taken along, to work without a connection.
type Packs interface {
	// Take claims the next cases of the queue, so that they are this desk's
	// alone until a time; a size of 0 means the policy's. It gives the pack as
	// it is then.
	Take(ctx context.Context, size int, until time.Time) (callback.Pack, error)
	// Return gives the cases that were not worked back, all unless some are
	// named, and tells how many. Without a connection the server is told later.
	Return(ctx context.Context, cases ...string) (int, error)
	Pack() (callback.Pack, error)
}

// Line is the right to phone a customer, and the phone.
type Line interface {
	// Claim asks the server for a lease. It answers within a few seconds:
	// CodeConflict names the holder, CodeUnreachable means there is no way to
	// ask, and the agent decides.
	Claim(ctx context.Context, caseID string, purpose callback.LeasePurpose) (callback.Granted, error)
	Release(ctx context.Context, caseID string) error
	// Dial starts a call by whatever the desk is set up with.
	Dial(ctx context.Context, phone callback.Phone) (callback.DialResult, error)
}

// Porter lets desks of the team in. Only those who keep accounts have one.
type Porter interface {
	// Look tells which desk shows a code.
	Look(ctx context.Context, code string) (callback.Pairing, error)
	Answer(ctx context.Context, a callback.PairingAnswer) error
}

// Options are what the front needs to run. All fields but the porter, the theme
// and the switches are required.
type Options struct {
	Desk   Desk
	Agenda Agenda
	Drafts Drafts
	Link   Link
	Packs  Packs
	Line   Line
	// Porter is nil for those who may not let desks in.
	Porter Porter
	// Bell rings when something changed; it carries no news.
	Bell <-chan struct{}
	Me   callback.Me
	// Zone is the agent's own time zone.
	Zone *time.Location
	// Region, ISO 3166-1 alpha-2, reads numbers that are typed without their
	// country code; it may be empty.
	Region string
	Now    func() time.Time
	// Instant is the present moment by all clocks of the machine, by which
	// leases are counted.
	Instant func() callback.Instant
	NewID   func() string
	Look    Look
}

// Look is how the front presents itself.
type Look struct {
	// Theme is auto, dark, light or ansi (the terminal's own 16 colours).
	Theme string
	// NoColor leaves only bold, underline and reverse.
	NoColor bool
	// Calm turns animation off.
	Calm bool
	// NoMouse leaves the mouse to the terminal.
	NoMouse bool
	// Environ is the environment the terminal is judged by.
	Environ []string
}
