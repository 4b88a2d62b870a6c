package client

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringback/callback"
)

// centre is a server in memory that keeps the protocol: continuity of streams,
// one verdict an event, one fold, a feed with epochs.
type centre struct {
	mu    sync.Mutex
	now   func() time.Time
	state ledger
	// poison holds ids of events that make a push a bad request; later holds
	// ids that get the receipt Retry.
	poison, later map[string]bool
	// strict takes no suppression ahead of its turn.
	strict bool
	// trouble may answer in the centre's place.
	trouble func(w http.ResponseWriter, r *http.Request) bool
	asked   []string
	bells   map[chan callback.Bell]bool
	// greets rings a new live line with the present position.
	greets bool
	leases map[string]callback.Lease
}

// ledger is what a backup of the centre holds.
type ledger struct {
	epoch   string
	first   map[string]callback.Verdict
	order   []string
	streams map[string][]string
	cases   map[string]callback.Case
	// at is where each case stands in the feed.
	at  map[string]uint64
	pos uint64
	// told are the marks of replies.
	told []string
}

// marks counts the marks of all centres: none comes twice.
var marks atomic.Int64

// stands tells whether a mark that a desk hands back is of this history.
func (l ledger) stands(mark string) bool { return mark == "" || slices.Contains(l.told, mark) }

func (l ledger) copy() ledger {
	c := l
	c.first, c.order, c.cases, c.at = maps.Clone(l.first), slices.Clone(l.order), maps.Clone(l.cases), maps.Clone(l.at)
	c.told = slices.Clip(l.told)
	c.streams = map[string][]string{}
	for k, v := range l.streams {
		c.streams[k] = slices.Clone(v)
	}
	return c
}

const goodToken = "rb_secret_token"

func newCentre(cases int) *centre {
	c := &centre{
		now: time.Now, poison: map[string]bool{}, later: map[string]bool{}, bells: map[chan callback.Bell]bool{},
		leases: map[string]callback.Lease{},
		state: ledger{
			epoch: "e1", first: map[string]callback.Verdict{}, streams: map[string][]string{},
			cases: map[string]callback.Case{}, at: map[string]uint64{},
		},
	}
	for i := range cases {
		spec, _ := callback.KindCaseOpened.Spec()
		e, _ := callback.NewEvent(fmt.Sprintf("open-%d", i), caseID(i), spec.Sample())
		e.At, e.Team, e.Agent, e.Device = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), "north", "server", "server"
		doc, v := callback.Apply(callback.DefaultPolicy("north"), callback.Case{}, e)
		if v.Status != callback.Applied {
			panic(v)
		}
		c.state.put(doc)
	}
	return c
}

func caseID(i int) string { return fmt.Sprintf("ca-%d", i) }

func (l *ledger) put(doc callback.Case) {
	l.pos++
	l.cases[doc.ID], l.at[doc.ID] = doc, l.pos
}

func (l *ledger) doc(id string) callback.Doc {
	body, err := json.Marshal(l.cases[id])
	if err != nil {
		panic(err)
	}
	return callback.Doc{Type: callback.DocCase, ID: id, Pos: l.at[id], Schema: 1, Body: body}
}

func (c *centre) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.asked = append(c.asked, r.Method+" "+r.URL.Path)
	trouble := c.trouble
	c.mu.Unlock()
	if trouble != nil && trouble(w, r) {
		return
	}
	if r.URL.Path != "/healthz" && r.Header.Get("Authorization") != "Bearer "+goodToken {
		refuse(w, 401, callback.CodeUnauthorized, "this token is not known")
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, map[string]bool{"ok": true}) })
	mux.HandleFunc("GET /v1/me", func(w http.ResponseWriter, _ *http.Request) {
		say(w, callback.Me{ID: "anna", Name: "Anna", Role: callback.RoleAgent, Team: "north", Epoch: c.state.epoch, ServerTime: c.now()})
	})
	mux.HandleFunc("POST /v1/events", c.push)
	mux.HandleFunc("GET /v1/feed", c.feed)
	mux.HandleFunc("GET /v1/stream", c.stream)
	mux.HandleFunc("POST /v1/claims", c.claim)
	mux.HandleFunc("POST /v1/claims/{id}/renew", c.renew)
	mux.HandleFunc("DELETE /v1/claims/{id}", c.release)
	mux.ServeHTTP(w, r)
}

func (c *centre) push(w http.ResponseWriter, r *http.Request) {
	var p callback.Push
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.state
	seen := s.streams[p.Stream]
	switch {
	case err != nil:
		refuse(w, 400, callback.CodeInvalid, "not a push")
		return
	case len(body) > 256<<10 || len(p.Events) > callback.MaxPushEvents:
		refuse(w, 413, callback.CodeTooLarge, "the push is too large")
		return
	case slices.ContainsFunc(p.Events, func(e callback.Event) bool { return c.poison[e.ID] }):
		refuse(w, 400, callback.CodeInvalid, "an event is not valid")
		return
	case p.Epoch != "" && p.Epoch != s.epoch:
		refuse(w, 409, callback.CodeEpoch, "the history is another one")
		return
	case !s.stands(p.Mark):
		refuse(w, 409, callback.CodeAckUnknown, "what you were told is not here")
		return
	case p.Ack.Seq > 0 && (int(p.Ack.Seq) > len(seen) || seen[p.Ack.Seq-1] != p.Ack.EventID):
		refuse(w, 409, callback.CodeAckUnknown, "what you think we have is not here")
		return
	}
	reply := callback.PushReply{Epoch: s.epoch, ServerTime: c.now()}
	before := s.copy()
	held := false
	for _, e := range p.Events {
		if held { // order is kept: nothing overtakes what was put off
			reply.Receipts = append(reply.Receipts, callback.Receipt{EventID: e.ID, Status: callback.Retry})
			continue
		}
		receipt, trouble := c.take(e)
		held = receipt.Status == callback.Retry
		if trouble != "" {
			c.state = before
			refuse(w, 409, trouble, "the numbers do not fit")
			return
		}
		reply.Receipts = append(reply.Receipts, receipt)
	}
	reply.Mark = fmt.Sprint("mark", marks.Add(1))
	s.told = append(s.told, reply.Mark)
	for b := range c.bells {
		select {
		case b <- callback.Bell{Team: "north", Pos: s.pos}:
		default:
		}
	}
	say(w, reply)
}

// take judges one event.
func (c *centre) take(e callback.Event) (callback.Receipt, callback.Code) {
	s := &c.state
	last := uint64(len(s.streams[e.Stream]))
	next := e.Seq == last+1
	if v, known := s.first[e.ID]; known {
		if next {
			s.streams[e.Stream] = append(s.streams[e.Stream], e.ID)
		}
		return callback.Receipt{EventID: e.ID, Status: callback.DuplicateEvent, First: &v}, ""
	}
	early := e.Kind == callback.KindSuppressed && !c.strict && e.Seq > last
	switch {
	case e.Seq <= last:
		return callback.Receipt{}, callback.CodeForked
	case !next && !early:
		return callback.Receipt{}, callback.CodeGap
	case c.later[e.ID]:
		return callback.Receipt{EventID: e.ID, Status: callback.Retry}, ""
	}
	if next {
		s.streams[e.Stream] = append(s.streams[e.Stream], e.ID)
	}
	s.order = append(s.order, e.ID)
	doc, v := callback.Apply(callback.DefaultPolicy("north"), s.cases[e.CaseID], e)
	s.first[e.ID] = v
	if v.Status != callback.Rejected {
		s.put(doc)
	}
	return callback.Receipt{EventID: e.ID, Status: v.Status, Reason: v.Reason, Pos: s.pos, Fence: doc.Fence}, ""
}

func (c *centre) feed(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ack, _ := strconv.Atoi(r.FormValue("ack")); ack > 0 {
		if seen := c.state.streams[r.FormValue("stream")]; ack > len(seen) || seen[ack-1] != r.FormValue("ack_event") {
			refuse(w, 409, callback.CodeAckUnknown, "what you think we have is not here")
			return
		}
	}
	if !c.state.stands(r.FormValue("mark")) {
		refuse(w, 409, callback.CodeAckUnknown, "what you were told is not here")
		return
	}
	page := c.state.page(r.FormValue("cursor"), r.FormValue("high"), r.FormValue("limit"))
	page.ServerTime = c.now()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(page.lines())
}

type testPage callback.Page

func (p testPage) lines() []byte {
	b, err := json.Marshal(p.PageHead)
	if err != nil {
		panic(err)
	}
	b = append(b, '\n')
	for _, d := range p.Docs {
		b = d.AppendLine(b)
	}
	return b
}

func (l *ledger) page(cursor, high, limit string) testPage {
	p := testPage{PageHead: callback.PageHead{Epoch: l.epoch, High: l.pos, Schema: 1}}
	epoch, at, _ := strings.Cut(cursor, ":")
	pos, _ := strconv.ParseUint(at, 10, 64)
	top, _ := strconv.ParseUint(high, 10, 64)
	switch {
	case cursor == "":
		p.Snapshot, p.Cause = true, "new"
	case epoch != l.epoch:
		p.Snapshot, p.Cause, pos = true, "epoch", 0
	case pos > l.pos || top > l.pos:
		p.Snapshot, p.Cause, pos = true, "ahead", 0
	}
	ids := slices.SortedFunc(maps.Keys(l.at), func(a, b string) int { return int(l.at[a]) - int(l.at[b]) })
	n, err := strconv.Atoi(limit)
	if err != nil {
		n = 500
	}
	for _, id := range ids {
		if l.at[id] <= pos {
			continue
		}
		if p.Count == n {
			p.More = true
			break
		}
		p.Docs, p.Count = append(p.Docs, l.doc(id)), p.Count+1
	}
	next := l.pos
	if p.More {
		next = p.Docs[p.Count-1].Pos
	}
	p.Next = l.epoch + ":" + strconv.FormatUint(next, 10)
	return p
}

func (c *centre) stream(w http.ResponseWriter, r *http.Request) {
	bell := make(chan callback.Bell, 1)
	c.mu.Lock()
	c.bells[bell] = true
	if c.greets {
		bell <- callback.Bell{Team: "north", Pos: c.state.pos}
	}
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.bells, bell)
		c.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	line := ": here\n\n"
	for {
		if _, err := io.WriteString(w, line); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			line = ": still here\n\n"
		case b, ok := <-bell:
			if !ok {
				return
			}
			data, _ := json.Marshal(b)
			line = "event: bell\ndata: " + string(data) + "\n\n"
		}
	}
}

// hangUp ends every live line.
func (c *centre) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for b := range c.bells {
		close(b)
		delete(c.bells, b)
	}
}

func (c *centre) claim(w http.ResponseWriter, r *http.Request) {
	var req callback.ClaimRequest
	_ = json.NewDecoder(r.Body).Decode(&req)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.leases {
		if l.CaseID == req.CaseID && l.Device != req.Device {
			refuse(w, 409, callback.CodeConflict, "boris has the case until 15:04")
			return
		}
	}
	now := c.now()
	l := callback.Lease{
		ID: "le-" + req.CaseID, CaseID: req.CaseID, Agent: "anna", Device: req.Device, Purpose: req.Purpose, Fence: 2,
		Since: now, Until: now.Add(10 * time.Minute),
	}
	c.leases[l.ID] = l
	say(w, callback.ClaimReply{Leases: []callback.Lease{l}, ServerTime: c.now()})
}

func (c *centre) renew(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.leases[r.PathValue("id")]
	if !ok {
		refuse(w, 404, callback.CodeNotFound, "there is no such lease")
		return
	}
	l.Until = c.now().Add(10 * time.Minute)
	c.leases[l.ID] = l
	say(w, callback.ClaimReply{Leases: []callback.Lease{l}, ServerTime: c.now()})
}

func (c *centre) release(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.leases, r.PathValue("id"))
	w.WriteHeader(http.StatusNoContent)
}

// requests gives what was asked since the last time.
func (c *centre) requests() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.asked
	c.asked = nil
	return asked
}

func (c *centre) setTrouble(f func(w http.ResponseWriter, r *http.Request) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = f
}

func say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, code callback.Code, message string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(callback.Error{Code: code, Message: message, Hint: "do something"})
}
