package client

import (
	"time"

	"ringback/callback"
)

// Cache is what the Syncer needs of the desk's store. Its methods are called
// from one goroutine at a time, while others may read and write the store;
// none is called while another runs. Errors are the store's own and end the
// sync that met them; nothing is lost, since every step may be repeated.
type Cache interface {
	// Position tells where the desk stands in the feed; the zero Position
	// means that it has nothing.
	Position() (callback.Position, error)
	// ApplyPage stores a page's documents, cursor and high in one transaction.
	// The page's memory belongs to the cache from then on.
	ApplyPage(callback.Page) error
	// NextPush gives the oldest events that no receipt has settled, in the
	// order in which they must reach the server, at most max, all of one
	// stream. What it gives counts as sent. No events means that none wait;
	// then nothing is written, and epoch, stream and acknowledgement are told
	// all the same.
	NextPush(max int) (callback.Push, error)
	// Settle stores receipts. Events with the receipt Retry, and those
	// without a receipt, stay pending. A reply without an epoch or time is the
	// desk's own word on an event that the server cannot take.
	Settle(callback.PushReply) error
	// Restream gives the events that no receipt has settled, and the
	// acknowledged ones that no backup holds, a new stream with numbers from
	// 1, and forgets the epoch and the acknowledgement. Their ids stay.
	Restream() error
	// NoteContact tells that the server answered, and how far the desk's clock
	// is behind the server's. It comes with every sync, also those that bring
	// nothing new, so it should write to disk only if the skew has moved.
	NoteContact(skew time.Duration, at time.Time) error
	// Fetched tells how many documents of a snapshot on its way have come, of
	// how many; of is 0 when there is none, or their number is not known.
	Fetched() (done, of int)
	// Stats counts the journal.
	Stats() (callback.JournalStats, error)
}

// cacheError is a failure of the desk's own store, as opposed to the
// server's.
type cacheError struct {
	doing string
	err   error
}

func (e *cacheError) Error() string { return e.doing + ": " + e.err.Error() }
func (e *cacheError) Unwrap() error { return e.err }

// local marks an error as the store's.
func local(doing string, err error) error {
	if err == nil {
		return nil
	}
	return &cacheError{doing, err}
}
