package client

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"ringback/callback"
)

// memory is a Cache in memory that keeps the store's promises. writes counts
// what a store would have written to disk.
type memory struct {
	mu      sync.Mutex
	journal []*entry
	stream  string
	runs    int
	seq     uint64
	ack     callback.Acked
	epoch   string
	mark    string
	pos     callback.Position
	docs    map[string]callback.Doc
	// fresh gathers a snapshot until its last page.
	fresh   map[string]callback.Doc
	skew    time.Duration
	contact time.Time
	writes  int
	// held may keep the journal from giving events out.
	held func() bool
	// fail may refuse an operation.
	fail func(op string) error
}

type entry struct {
	event   callback.Event
	receipt *callback.Receipt
}

func newMemory() *memory {
	m := &memory{docs: map[string]callback.Doc{}}
	m.newStream()
	return m
}

func (m *memory) newStream() {
	m.runs++
	m.stream, m.seq, m.ack = fmt.Sprintf("st-%d", m.runs), 0, callback.Acked{}
}

// record puts a fact into the journal.
func (m *memory) record(t testing.TB, caseID string, p callback.Payload) string {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := callback.NewEvent(fmt.Sprintf("ev-%d", len(m.journal)+1), caseID, p)
	if err != nil {
		t.Fatal(err)
	}
	m.seq++
	e.Agent, e.Device, e.Stream, e.Seq, e.At = "anna", "de-1", m.stream, m.seq, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	e.Fence = 1
	m.journal = append(m.journal, &entry{event: e})
	return e.ID
}

func (m *memory) notes(t testing.TB, n int) {
	t.Helper()
	for i := range n {
		m.record(t, caseID(0), &callback.NoteAdded{Text: fmt.Sprintf("note %d", i)})
	}
}

func (m *memory) refused(op string) error {
	if m.fail == nil {
		return nil
	}
	return m.fail(op)
}

func (m *memory) Position() (callback.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pos, m.refused("position")
}

func (m *memory) ApplyPage(p callback.Page) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.refused("apply"); err != nil {
		return err
	}
	m.writes++
	if p.Snapshot {
		m.fresh = map[string]callback.Doc{}
	}
	into := m.docs
	if m.fresh != nil {
		into = m.fresh
	}
	for _, d := range p.Docs {
		if d.Body == nil {
			delete(into, d.ID)
			continue
		}
		into[d.ID] = d
	}
	if m.fresh != nil && !p.More {
		m.docs, m.fresh = m.fresh, nil
	}
	m.pos, m.epoch = callback.Position{Epoch: p.Epoch, Cursor: p.Next, High: p.High}, p.Epoch
	return nil
}

func (m *memory) NextPush(most int) (callback.Push, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := callback.Push{Epoch: m.epoch, Stream: m.stream, Ack: m.ack, Mark: m.mark}
	if m.held != nil && m.held() {
		return p, nil
	}
	for _, e := range m.journal {
		if e.receipt == nil && len(p.Events) < most {
			p.Events = append(p.Events, e.event)
		}
	}
	return p, m.refused("next")
}

func (m *memory) Settle(r callback.PushReply) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.refused("settle"); err != nil {
		return err
	}
	m.writes++
	if r.Epoch != "" {
		m.epoch, m.mark = r.Epoch, r.Mark
	}
	for _, receipt := range r.Receipts {
		i := slices.IndexFunc(m.journal, func(e *entry) bool { return e.event.ID == receipt.EventID })
		if i < 0 || receipt.Status == callback.Retry {
			continue
		}
		e := m.journal[i]
		e.receipt = &receipt
		m.ack = callback.Acked{Seq: e.event.Seq, EventID: e.event.ID}
	}
	return nil
}

func (m *memory) Restream() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.refused("restream"); err != nil {
		return err
	}
	m.writes++
	m.newStream()
	m.epoch, m.mark = "", ""
	for _, e := range m.journal {
		if e.receipt != nil && e.receipt.Final().Status == callback.Rejected {
			continue
		}
		e.receipt = nil
		m.seq++
		e.event.Stream, e.event.Seq = m.stream, m.seq
	}
	return nil
}

func (m *memory) NoteContact(skew time.Duration, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if skew != m.skew {
		m.writes++
	}
	m.skew, m.contact = skew, at
	return nil
}

func (m *memory) Fetched() (done, of int) { return 0, 0 }

func (m *memory) Stats() (callback.JournalStats, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var s callback.JournalStats
	for _, e := range m.journal {
		switch {
		case e.receipt == nil:
			s.Pending++
		case e.receipt.Final().Status == callback.Rejected:
			s.Quarantined++
		case e.receipt.Final().Status == callback.Shadowed:
			s.Shadowed++
		default:
			s.Settled++
		}
	}
	return s, nil
}

// receiptOf gives an event's receipt; nil if it waits.
func (m *memory) receiptOf(id string) *callback.Receipt {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.journal {
		if e.event.ID == id {
			return e.receipt
		}
	}
	return nil
}

func (m *memory) pending() int {
	s, _ := m.Stats()
	return s.Pending
}

func (m *memory) bodies() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]string{}
	for id, d := range m.docs {
		out[id] = string(d.Body)
	}
	return out
}

func (c *centre) bodies() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]string{}
	for id := range c.state.cases {
		out[id] = string(c.state.doc(id).Body)
	}
	return out
}

// stored gives the ids of the centre's events in the order they came.
func (c *centre) stored() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.state.order)
}

// restore sets the centre back to a backup, under a new epoch if it is told.
func (c *centre) restore(b ledger, epoch string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = b.copy()
	if epoch != "" {
		c.state.epoch = epoch
	}
}

func (c *centre) backup() ledger {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.copy()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
