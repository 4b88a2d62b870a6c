package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// The buckets of outbox.db. Events live in liveBucket until the server has
// settled them and the feed shows their effect; then they rest in
// restBucket until a backup of the server holds them.
const (
	liveBucket  = "journal"
	restBucket  = "settled"
	draftBucket = "draft"
	leaseBucket = "lease"
)

var outboxLayout = layout{schema: fileSchema, buckets: []string{liveBucket, restBucket, draftBucket, leaseBucket}}

var stateKey = []byte("state")

// deskState is what the outbox knows of itself. It is written with every
// change of the journal, in the same transaction.
type deskState struct {
	Device string `json:"device"`
	Agent  string `json:"agent"`
	Team   string `json:"team"`
	Stream string `json:"stream"`
	// Seq is the last number given in Stream, N the last one of the journal's
	// own, which never starts again.
	Seq uint64 `json:"seq"`
	N   uint64 `json:"n"`
	// Ack is the last event of Stream that the server has.
	Ack callback.Acked `json:"ack"`
	// Epoch is the server's history that Ack and the receipts belong to.
	Epoch string `json:"epoch,omitempty"`
	// Mark is where the server's feed stood when it gave the last receipts.
	Mark string `json:"mark,omitempty"`
	// Log names the writing of outbox.log and how far of it the journal holds.
	LogGen  [8]byte   `json:"log_gen"`
	LogEnd  int64     `json:"log_end"`
	SkewMS  *int64    `json:"skew_ms,omitempty"`
	Contact time.Time `json:"contact,omitzero"`
	// Shred is how far what was erased is destroyed.
	Shred shredded `json:"shred,omitzero"`
}

// row is one event of the journal as it is stored.
type row struct {
	callback.JournalRow
	// Draft is what the event was made of, until it is sent.
	Draft *callback.Draft `json:"draft,omitempty"`
}

// held is a lease that this desk holds, and the server's history that gave it:
// no other one honours it.
type held struct {
	callback.Granted
	Epoch string `json:"epoch"`
	// Back tells that the case is to be given back at the next contact.
	Back bool `json:"back,omitempty"`
	// ended tells that the desk no longer counts on it, and the queue knows.
	ended bool
}

func rowKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// sealJSON encodes and seals a value for a bucket of the outbox.
func (s sealer) sealJSON(bucket string, key []byte, v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", bucket, err)
	}
	return s.seal(make([]byte, 0, len(raw)+sealExtra), bucket, key, raw), nil
}

// openJSON opens and decodes a sealed value.
func (s sealer) openJSON(bucket string, key, sealed []byte, v any) error {
	raw, err := s.open(nil, bucket, key, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: %s: %w", errSeal, bucket, err)
	}
	return nil
}

// put seals and stores a value.
func (s sealer) put(tx *bbolt.Tx, bucket string, key []byte, v any) error {
	sealed, err := s.sealJSON(bucket, key, v)
	if err != nil {
		return err
	}
	return tx.Bucket([]byte(bucket)).Put(key, sealed)
}

// book is the part of the journal that is still alive, in memory and in order
// of recording. Its owner locks.
type book struct {
	rows   []*row
	byID   map[string]*row
	byCase map[string][]*row
}

func newBook() *book {
	return &book{byID: map[string]*row{}, byCase: map[string][]*row{}}
}

func (b *book) add(r *row) {
	b.rows = append(b.rows, r)
	b.byID[r.Event.ID] = r
	if id := r.Event.CaseID; id != "" {
		b.byCase[id] = append(b.byCase[id], r)
	}
}

// replace puts a changed copy in the place of the row with its number, so that
// readers of the old one are not disturbed.
func (b *book) replace(r *row) {
	swap := func(rows []*row) {
		for i, old := range rows {
			if old.N == r.N {
				rows[i] = r
			}
		}
	}
	swap(b.rows)
	swap(b.byCase[r.Event.CaseID])
	b.byID[r.Event.ID] = r
}

// drop takes rows out that rest or are gone.
func (b *book) drop(gone map[uint64]bool) {
	if len(gone) == 0 {
		return
	}
	fresh := newBook()
	for _, r := range b.rows {
		if !gone[r.N] {
			fresh.add(r)
		}
	}
	*b = *fresh
}
