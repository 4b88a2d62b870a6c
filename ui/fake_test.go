package ui

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"ringback/callback"
)

// fake is a desk in memory, for tests: it folds with the trade's own rules and
// serves in the trade's own order. It meets Desk, Drafts, Link and Line.
type fake struct {
	now func() time.Time
	// up, if set, is how long the machine runs.
	up     func() time.Duration
	policy callback.Policy
	me     callback.Me
	// cases are the server's documents by id; journal is what was recorded.
	cases   map[string]callback.Case
	journal []callback.JournalEntry
	drafts  []callback.Draft
	guides  []callback.Guide
	agents  []callback.Agent
	// comments and board are given as they are.
	comments []callback.Comment
	days     []callback.Day
	status   callback.LinkStatus
	report   callback.CheckReport
	// full tells that the disk is.
	full bool
	// fails makes a method, by its name, fail.
	fails map[string]error
	// calls counts the methods that were called; mu guards it, since a real
	// program calls from many goroutines.
	calls map[string]int
	mu    *sync.Mutex
	// dial answers Dial; claim answers Claim.
	dial  callback.DialResult
	order []callback.QueueRow
}

func newFake(now func() time.Time) *fake {
	p := callback.DefaultPolicy("north")
	p.Zone = "Europe/Madrid"
	return &fake{
		mu: &sync.Mutex{}, now: now, policy: p, me: callback.Me{ID: "anna", Name: "Anna García", Role: callback.RoleAgent, Team: "north"},
		cases: map[string]callback.Case{}, fails: map[string]error{}, calls: map[string]int{},
		agents: []callback.Agent{
			{ID: "anna", Name: "Anna García", Role: callback.RoleAgent},
			{ID: "boris", Name: "Борис Лебедев", Role: callback.RoleAgent},
			{ID: "chen", Name: "陈伟", Role: callback.RoleAgent},
		},
		status: callback.LinkStatus{
			State: callback.LinkLive, Since: now().Add(-2 * time.Hour), LastContact: now().Add(-8 * time.Second), URL: "https://ringback.example",
		},
		dial: callback.DialResult{How: "opened", Detail: "Your phone program was asked to dial."},
	}
}

func (f *fake) called(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[name]++
	return f.fails[name]
}

// view is a case with the journal folded in.
// instant is the present moment by all clocks of the fake's machine.
func (f *fake) instant() callback.Instant {
	at := callback.Instant{Wall: f.now()}
	if f.up != nil {
		at.Boot, at.Up = "boot", f.up()
	}
	return at
}

// granted is a lease that a desk counts on from now on.
func (f *fake) granted(l callback.Lease) callback.Granted {
	return callback.GrantedAt(l, f.now(), f.instant())
}

func (f *fake) view(id string) (c callback.Case, pending int) {
	c = f.cases[id]
	for _, e := range f.journal {
		if e.Event.CaseID == id && (e.State == callback.Waiting || e.State == callback.Sent) {
			c, _ = callback.Apply(f.policy, c, e.Event)
			pending++
		}
	}
	return c, pending
}

func (f *fake) rows() []callback.QueueRow {
	if f.order != nil {
		return f.order
	}
	f.order = []callback.QueueRow{}
	for id := range f.cases {
		c, pending := f.view(id)
		r, ok := callback.RankOf(f.policy, c)
		if !ok {
			continue
		}
		row := callback.RowOf(c, r.Place(f.policy, f.me.ID, f.now()), pending > 0)
		row.Skipped = c.SkippedBy(f.me.ID, f.now())
		row.Draft = slices.ContainsFunc(f.drafts, func(d callback.Draft) bool { return d.CaseID == c.ID })
		f.order = append(f.order, row)
	}
	sort.Slice(f.order, func(i, j int) bool {
		a, b := f.order[i], f.order[j]
		if a.Before(b.Place) != b.Before(a.Place) {
			return a.Before(b.Place)
		}
		return a.ID < b.ID
	})
	return f.order
}

// moved forgets the computed order: something changed.
func (f *fake) moved() { f.order = nil }

func (f *fake) Queue(q callback.QueueQuery) (callback.QueuePage, error) {
	if err := f.called("Queue"); err != nil {
		return callback.QueuePage{}, err
	}
	all := f.rows()
	p := callback.QueuePage{Open: len(all), AsOf: f.now()}
	if words := strings.ToLower(q.Filter); words != "" {
		var match []callback.QueueRow
		for _, r := range all {
			if strings.Contains(strings.ToLower(r.Customer+" "+r.Account+" "+r.Phone+" "+r.Product+" "+r.Comment), words) {
				match = append(match, r)
			}
		}
		all = match
	}
	limit, from := q.Limit, q.Offset
	if limit == 0 {
		limit = 50
	}
	p.Total = len(all)
	for i, r := range all {
		if r.Ready {
			p.Ready++
		} else if p.NextAt.IsZero() && !r.At.IsZero() {
			p.NextAt, p.NextWait = r.At, r.Wait
		}
		if r.ID == q.Around && q.Around != "" {
			from = max(0, i-limit/2)
		}
	}
	from = min(from, len(all))
	p.Offset, p.Rows = from, append([]callback.QueueRow(nil), all[from:min(len(all), from+limit)]...)
	return p, nil
}

func (f *fake) Case(id string) (callback.CaseView, error) {
	if err := f.called("Case"); err != nil {
		return callback.CaseView{}, err
	}
	c, pending := f.view(id)
	if c.Version == 0 && c.ID == "" {
		return callback.CaseView{}, callback.Errorf(callback.CodeNotFound, "case %s is not on this desk", id)
	}
	v := callback.CaseView{Case: c, Pending: pending, Fence: c.Fence}
	if l := c.Lease; l != nil && l.Agent == f.me.ID {
		held := f.granted(*l)
		v.Held = &held
	}
	if r, ok := callback.RankOf(f.policy, c); ok {
		v.Place = r.Place(f.policy, f.me.ID, f.now())
		v.Place.Factors = r.Explain(f.policy, f.now())
	}
	for i, r := range f.rows() {
		if r.ID == id && i+1 < len(f.order) {
			next := f.order[i+1]
			c, _ := f.view(next.ID)
			if r, ok := callback.RankOf(f.policy, c); ok {
				next.Factors = r.Explain(f.policy, f.now())
			}
			v.Beats = &next
		}
	}
	return v, nil
}

func (f *fake) Record(fact callback.Fact) (callback.Saved, error) {
	if err := f.called("Record"); err != nil {
		return callback.Saved{}, err
	}
	if err := fact.Payload.Validate(); err != nil {
		return callback.Saved{}, callback.Errorf(callback.CodeInvalid, "%w", err)
	}
	if fact.EventID == "" {
		fact.EventID = fmt.Sprintf("ev-%d", len(f.journal)+1)
	}
	e, err := callback.NewEvent(fact.EventID, fact.CaseID, fact.Payload)
	if err != nil {
		return callback.Saved{}, err
	}
	e.Agent, e.Device, e.Stream, e.Seq, e.At, e.Fence = f.me.ID, "desk-1", "s-1", uint64(len(f.journal)+1), f.now(), fact.Fence
	f.journal = append(f.journal, callback.JournalEntry{
		Event: e, State: callback.Waiting, Customer: f.cases[fact.CaseID].Customer.Name,
	})
	_ = f.DropDraft(e.ID)
	f.moved()
	return callback.Saved{EventID: e.ID, Seq: e.Seq, At: e.At}, nil
}

func (f *fake) Soon(within time.Duration) ([]callback.QueueRow, error) {
	if err := f.called("Soon"); err != nil {
		return nil, err
	}
	var out []callback.QueueRow
	for _, r := range f.rows() {
		c, _ := f.view(r.ID)
		cb := c.Plan.Callback
		if cb != nil && cb.Owner == f.me.ID && !cb.At.Before(f.now()) && !cb.At.After(f.now().Add(within)) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (f *fake) Find(_ context.Context, text string, limit int) ([]callback.QueueRow, error) {
	if err := f.called("Find"); err != nil {
		return nil, err
	}
	var open, over []callback.QueueRow
	for id := range f.cases {
		c, pending := f.view(id)
		if !strings.HasSuffix(c.Customer.Phone.E164, text) && !strings.Contains(strings.ToLower(c.Customer.Name), strings.ToLower(text)) {
			continue
		}
		row := callback.RowOf(c, callback.Place{}, pending > 0)
		if c.State.Open() {
			open = append(open, row)
		} else {
			over = append(over, row)
		}
	}
	byID := func(a, b callback.QueueRow) int { return strings.Compare(a.ID, b.ID) }
	slices.SortFunc(open, byID)
	slices.SortFunc(over, byID)
	all := append(open, over...)
	return all[:min(limit, len(all))], nil
}

func (f *fake) Floor(context.Context) (callback.Floor, error) {
	out := callback.NewFloor(f.now())
	for _, r := range f.rows() {
		c, _ := f.view(r.ID)
		out.Add(c, r, f.me.ID)
	}
	out.Order()
	return out, f.called("Floor")
}

func (f *fake) Why(context.Context) (callback.Why, error) {
	w := callback.Why{Waits: []callback.WaitGroup{}, AsOf: f.now()}
	for _, r := range f.rows() {
		w.Add(r.Place)
	}
	w.Order()
	for id := range f.cases {
		if c, _ := f.view(id); c.State == callback.Suppressed {
			w.Never++
		}
	}
	return w, f.called("Why")
}

func (f *fake) Promises(context.Context) ([]callback.Owed, error) {
	var out []callback.Owed
	for id := range f.cases {
		c, _ := f.view(id)
		for _, p := range c.Promises {
			if p.Status == callback.PromiseOpen {
				out = append(out, callback.Owed{Promise: p, CaseID: id, Customer: c.Customer.Name, Zone: c.Customer.Phone.Zones[0]})
			}
		}
	}
	slices.SortFunc(out, func(a, b callback.Owed) int { return a.Due.Compare(b.Due) })
	return out, f.called("Promises")
}

func (f *fake) Board(p callback.Period) (callback.Board, error) {
	if err := f.called("Board"); err != nil {
		return callback.Board{}, err
	}
	return callback.BoardOf(p.From, p.To, f.days, func(id string) string {
		for _, a := range f.agents {
			if a.ID == id {
				return a.Name
			}
		}
		return id
	}), nil
}

func (f *fake) Comments(q callback.CommentQuery) ([]callback.Comment, error) {
	if err := f.called("Comments"); err != nil {
		return nil, err
	}
	var out []callback.Comment
	for _, c := range f.comments {
		if (q.Category == "" || c.Category() == q.Category) && (q.Language == "" || c.Language == q.Language) &&
			(q.Product == "" || c.Product == q.Product) && strings.Contains(strings.ToLower(c.Text), strings.ToLower(q.Contains)) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (f *fake) Guides() ([]callback.Guide, error) { return f.guides, f.called("Guides") }

func (f *fake) Policy() (callback.Policy, error) { return f.policy, f.called("Policy") }

func (f *fake) Agents() ([]callback.Agent, error) { return f.agents, f.called("Agents") }

func (f *fake) SaveDraft(d callback.Draft) error {
	if err := f.called("SaveDraft"); err != nil {
		return err
	}
	_ = f.DropDraft(d.EventID)
	f.drafts = append([]callback.Draft{d}, f.drafts...)
	return nil
}

func (f *fake) DropDraft(eventID string) error {
	if err := f.called("DropDraft"); err != nil {
		return err
	}
	for i, d := range f.drafts {
		if d.EventID == eventID {
			f.drafts = append(f.drafts[:i:i], f.drafts[i+1:]...)
			break
		}
	}
	return nil
}

func (f *fake) Drafts() ([]callback.Draft, error) { return f.drafts, f.called("Drafts") }

func (f *fake) Undo(eventID string) (*callback.Draft, error) {
	if err := f.called("Undo"); err != nil {
		return nil, err
	}
	for i := range f.journal {
		e := &f.journal[i]
		if e.Event.ID != eventID {
			continue
		}
		if e.State != callback.Waiting {
			return nil, callback.Errorf(callback.CodeConflict, "it has been sent already").WithHint("record what is right; both stay on record")
		}
		e.State = callback.Withdrawn
		f.moved()
		if e.Event.Kind == callback.KindCallRecorded {
			return &callback.Draft{EventID: eventID, CaseID: e.Event.CaseID, Phase: callback.PhaseWrap}, nil
		}
		return nil, nil
	}
	return nil, callback.Errorf(callback.CodeNotFound, "event %s is not in the journal", eventID)
}

func (f *fake) Status() callback.LinkStatus { return f.status }

func (f *fake) SyncNow(context.Context) (callback.SyncReport, error) {
	if err := f.called("SyncNow"); err != nil {
		return callback.SyncReport{}, err
	}
	var r callback.SyncReport
	for i := range f.journal {
		if f.journal[i].State == callback.Waiting {
			e := f.journal[i].Event
			f.cases[e.CaseID], _ = callback.Apply(f.policy, f.cases[e.CaseID], e)
			f.journal[i].State = callback.Settled
			r.Pushed++
		}
	}
	f.moved()
	return r, nil
}

func (f *fake) Stats() (callback.JournalStats, error) {
	s := callback.JournalStats{NoRoom: f.full}
	for _, e := range f.journal {
		switch e.State {
		case callback.Waiting, callback.Sent:
			s.Pending++
			if s.Oldest.IsZero() {
				s.Oldest = e.Event.At
			}
		case callback.Quarantined:
			s.Quarantined++
		case callback.InShadow:
			s.Shadowed++
		case callback.Settled:
			s.Settled++
		}
	}
	return s, f.called("Stats")
}

func (f *fake) Journal(limit int) ([]callback.JournalEntry, error) {
	if err := f.called("Journal"); err != nil {
		return nil, err
	}
	out := make([]callback.JournalEntry, 0, len(f.journal))
	for i := len(f.journal) - 1; i >= 0 && len(out) < limit; i-- {
		out = append(out, f.journal[i])
	}
	return out, nil
}

func (f *fake) entry(id string) *callback.JournalEntry {
	for i := range f.journal {
		if f.journal[i].Event.ID == id {
			return &f.journal[i]
		}
	}
	return nil
}

func (f *fake) MarkSeen(eventID string) error {
	if err := f.called("MarkSeen"); err != nil {
		return err
	}
	f.entry(eventID).Seen = true
	return nil
}

func (f *fake) Requeue(eventID string) error {
	if err := f.called("Requeue"); err != nil {
		return err
	}
	f.entry(eventID).State = callback.Waiting
	return nil
}

func (f *fake) Check(context.Context) (callback.CheckReport, error) {
	return f.report, f.called("Check")
}

func (f *fake) Claim(_ context.Context, caseID string, p callback.LeasePurpose) (callback.Granted, error) {
	if err := f.called("Claim"); err != nil {
		return callback.Granted{}, err
	}
	return f.granted(callback.Lease{
		ID: "l-" + caseID, CaseID: caseID, Agent: f.me.ID, Device: "desk-1", Purpose: p, Fence: f.cases[caseID].Fence + 1,
		Since: f.now(), Until: f.now().Add(f.policy.Leases.Lasts(p)),
	}), nil
}

func (f *fake) Release(context.Context, string) error { return f.called("Release") }

func (f *fake) Dial(context.Context, callback.Phone) (callback.DialResult, error) {
	return f.dial, f.called("Dial")
}
