package store_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"sort"
	"strconv"
	"strings"
	"time"

	"ringback/callback"
)

// start is when the tests' clock begins: a Monday, 15:00 in Madrid.
var start = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

// centre is the server of the tests: the same fold behind the same wire
// values, in memory.
type centre struct {
	epoch  string
	team   string
	policy callback.Policy
	pos    uint64
	stable uint64
	cases  map[string]callback.Case
	docs   map[string]callback.Doc
	judged map[string]callback.Receipt
	last   map[string]uint64
	byPlce map[string]map[uint64]string
	now    func() time.Time
}

func newCentre(now func() time.Time) *centre {
	return &centre{
		epoch: "epoch-1", team: "care", policy: callback.DefaultPolicy("care"), cases: map[string]callback.Case{},
		docs: map[string]callback.Doc{}, judged: map[string]callback.Receipt{}, last: map[string]uint64{},
		byPlce: map[string]map[uint64]string{}, now: now,
	}
}

// caseID makes ids that look like the server's.
func caseID(n int) string { return fmt.Sprintf("%08x-0000-7000-8000-%012x", n, n) }

// open puts a case on the server. Score, kind, zone and age vary with n, so
// that queues of them are mixed.
func (c *centre) open(n int, change ...func(*callback.CaseOpened)) string {
	id := caseID(n)
	score := n % 7
	answered := start.Add(-time.Duration(n%500) * time.Hour)
	zones := []string{"Europe/Madrid", "America/New_York", "Asia/Tokyo", "Australia/Sydney"}
	o := callback.CaseOpened{
		CaseKind: callback.KindDetractor,
		Customer: callback.Customer{
			ID: fmt.Sprintf("cu-%d", n), Name: fmt.Sprintf("Customer %d", n), Value: float64(n%10) / 10,
			Email: fmt.Sprintf("c%d@example.com", n),
			Phone: callback.Phone{E164: fmt.Sprintf("+1201555%04d", n%10000), Region: "US", Zones: zones[n%4 : n%4+1]},
		},
		Response: callback.Response{
			ID: fmt.Sprintf("re-%d", n), Source: "web", ExternalID: strconv.Itoa(n), Score: &score, AnsweredAt: answered,
			Comment: fmt.Sprintf("Nobody answered my %dth letter.", n), Product: "Router", Channel: "web",
		},
		Plan: callback.Plan{FirstDue: answered.Add(8 * time.Hour), CloseDue: answered.Add(72 * time.Hour), WallDue: answered.Add(24 * time.Hour)},
	}
	if n%5 == 0 {
		o.CaseKind, o.Response.Asked = callback.KindRequest, true
	}
	for _, f := range change {
		f(&o)
	}
	e, err := callback.NewEvent("ev-open-"+id, id, &o)
	if err != nil {
		panic(err)
	}
	e.Team, e.Agent, e.Device, e.At = c.team, "intake", "server", answered
	c.apply(e)
	return id
}

// apply folds an event and puts the case's document at the head of the feed.
func (c *centre) apply(e callback.Event) callback.Verdict {
	next, v := callback.Apply(c.policy, c.cases[e.CaseID], e)
	c.pos++
	if v.Status != callback.Rejected && next.Version > 0 {
		c.cases[e.CaseID] = next
		c.show(next)
	}
	return v
}

func (c *centre) show(k callback.Case) {
	body, err := json.Marshal(k)
	if err != nil {
		panic(err)
	}
	d := callback.Doc{Type: callback.DocCase, ID: k.ID, Pos: c.pos, Schema: 1, Body: body}
	if r, ok := callback.RankOf(c.policy, k); ok {
		d.Rank = callback.AppendRank(nil, r)
	}
	c.put(d)
	if n := len(k.Disputed()); n > 0 {
		c.add(callback.DocDispute, k.ID, callback.OpenDisputes{CaseID: k.ID, Open: n})
	} else if _, told := c.docs["dispute/"+k.ID]; told {
		c.add(callback.DocDispute, k.ID, nil)
	}
}

func (c *centre) put(d callback.Doc) { c.docs[string(d.Type)+"/"+d.ID] = d }

// add puts any document at the head of the feed.
func (c *centre) add(t callback.DocType, id string, v any) {
	c.pos++
	d := callback.Doc{Type: t, ID: id, Pos: c.pos, Schema: 1}
	if v != nil {
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		d.Body = raw
	}
	c.put(d)
}

// claim raises a case's fence for another device, as a colleague's claim does.
func (c *centre) claim(id, agent, device string) callback.Lease {
	now := c.now()
	l := callback.Lease{ID: "le-" + strconv.FormatUint(c.pos+1, 10), CaseID: id, Agent: agent, Device: device, Purpose: callback.LeasePreview, Since: now, Until: now.Add(10 * time.Minute)}
	e, err := callback.NewEvent("ev-claim-"+l.ID, id, &callback.CaseClaimed{Lease: l})
	if err != nil {
		panic(err)
	}
	e.Agent, e.Device, e.At = agent, device, now
	c.apply(e)
	l.Fence = c.cases[id].Fence
	return l
}

// push judges a batch as the protocol says.
func (c *centre) push(p callback.Push) (callback.PushReply, error) {
	if p.Epoch != "" && p.Epoch != c.epoch {
		return callback.PushReply{}, callback.Errorf(callback.CodeEpoch, "another history")
	}
	if c.byPlce[p.Stream] == nil {
		c.byPlce[p.Stream] = map[uint64]string{}
	}
	if p.Ack.Seq > 0 && c.byPlce[p.Stream][p.Ack.Seq] != p.Ack.EventID {
		return callback.PushReply{}, callback.Errorf(callback.CodeAckUnknown, "unknown ack")
	}
	reply := callback.PushReply{Epoch: c.epoch, ServerTime: c.now()}
	for _, e := range p.Events {
		if first, ok := c.judged[e.ID]; ok {
			v := callback.Verdict{Status: first.Status, Reason: first.Reason}
			reply.Receipts = append(reply.Receipts, callback.Receipt{EventID: e.ID, Status: callback.DuplicateEvent, First: &v, Pos: first.Pos, Fence: first.Fence})
			if e.Seq == c.last[p.Stream]+1 {
				c.last[p.Stream], c.byPlce[p.Stream][e.Seq] = e.Seq, e.ID
			}
			continue
		}
		if e.Seq != c.last[p.Stream]+1 {
			return callback.PushReply{}, callback.Errorf(callback.CodeGap, "%s: got %d after %d", p.Stream, e.Seq, c.last[p.Stream])
		}
		c.last[p.Stream], c.byPlce[p.Stream][e.Seq] = e.Seq, e.ID
		v := c.apply(e)
		if suppressing(e) {
			c.suppressOthers(e)
		}
		r := callback.Receipt{EventID: e.ID, Status: v.Status, Reason: v.Reason, Pos: c.pos, Fence: c.cases[e.CaseID].Fence}
		c.judged[e.ID] = r
		reply.Receipts = append(reply.Receipts, r)
	}
	reply.StablePos = c.stable
	return reply, nil
}

func suppressing(e callback.Event) bool {
	return e.Kind == callback.KindSuppressed || e.Kind == callback.KindCallRecorded && strings.Contains(string(e.Payload), `"disposition":"DN"`)
}

// suppressOthers ends all cases of the same person or number.
func (c *centre) suppressOthers(e callback.Event) {
	who := c.cases[e.CaseID].Customer
	raw, err := json.Marshal(callback.SuppressRequested{Reason: "Asked not to be called."})
	if err != nil {
		panic(err)
	}
	for _, id := range c.caseIDs() {
		k := c.cases[id]
		if id == e.CaseID || k.State == callback.Suppressed || k.Customer.ID != who.ID && k.Customer.Phone.E164 != who.Phone.E164 {
			continue
		}
		other := e
		other.CaseID, other.Kind, other.Payload = id, callback.KindSuppressed, raw
		c.apply(other)
	}
}

func (c *centre) caseIDs() []string {
	ids := make([]string, 0, len(c.cases))
	for id := range c.cases {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

// page gives what comes after a position, at most max documents; a cursor that
// is not of this history gets a snapshot. Cursors are "epoch:pos", those of a
// snapshot "epoch:snap:pos:head".
func (c *centre) page(at callback.Position, max int) callback.Page {
	part := strings.Split(at.Cursor, ":")
	p := callback.Page{PageHead: callback.PageHead{Epoch: c.epoch, High: c.pos, Schema: 1, ServerTime: c.now()}}
	from, fresh := uint64(0), false
	switch {
	case at.Cursor == "" || part[0] != c.epoch || at.High > c.pos:
		p.Snapshot, p.Cause = true, "new"
		if at.Cursor != "" {
			p.Cause = "epoch"
		}
	case len(part) == 3:
		fresh = true
		from = number(part[2])
	default:
		from = number(part[1])
	}
	fresh = fresh || p.Snapshot
	var docs []callback.Doc
	for _, d := range c.docs {
		if d.Pos > from && (!fresh || d.Body != nil) {
			docs = append(docs, d)
		}
	}
	sort.Slice(docs, func(i, j int) bool {
		return docs[i].Pos < docs[j].Pos || docs[i].Pos == docs[j].Pos && docs[i].ID < docs[j].ID
	})
	if len(docs) > max {
		docs, p.More = docs[:max], true
	}
	p.Docs, p.Count = docs, len(docs)
	next := c.pos
	if p.More {
		next = docs[len(docs)-1].Pos
	}
	p.Next = fmt.Sprintf("%s:%d", c.epoch, next)
	if fresh && p.More {
		p.Next = fmt.Sprintf("%s:snap:%d", c.epoch, next)
	}
	return p
}

func number(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// backup gives a copy of the centre as it is.
func (c *centre) backup() *centre {
	b := *c
	b.cases, b.docs = maps.Clone(c.cases), maps.Clone(c.docs)
	b.judged, b.last = maps.Clone(c.judged), maps.Clone(c.last)
	b.byPlce = map[string]map[uint64]string{}
	for k, v := range c.byPlce {
		b.byPlce[k] = maps.Clone(v)
	}
	return &b
}

// restore sets the centre back to a backup, which begins another history.
func (c *centre) restore(b *centre, epoch string) {
	*c = *b.backup()
	c.epoch = epoch
}

// tellDials tells the cases of a number what was dialled on the others.
func (c *centre) tellDials(ids []string) {
	for _, id := range ids {
		k, ok := c.cases[id]
		if !ok {
			continue
		}
		var at []time.Time
		for _, other := range c.caseIDs() {
			at = append(at, c.cases[other].DialsTo(k, c.now())...)
		}
		sort.Slice(at, func(i, j int) bool { return at[i].Before(at[j]) })
		if _, changed := k.WithDials(at); !changed {
			continue
		}
		e, err := callback.NewEvent(fmt.Sprintf("ev-dials-%d", c.pos), id, &callback.DialsNoted{At: at})
		if err != nil {
			panic(err)
		}
		e.Team, e.Agent, e.Device, e.At = c.team, "", "server", c.now()
		c.apply(e)
	}
}
