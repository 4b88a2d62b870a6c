package protocol

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	central "ringback/server"
	"ringback/store"
)

// house is the world of a history with the real programs in it: the server's handlers on a SQLite file, desks on bbolt
// files, the client between them. Time, ids and the network are the history's.
type house struct {
	t      *testing.T
	dir    string
	now    time.Time
	ids    int
	srv    *central.Server
	tokens map[string]string
	cases  []string
	desks  []*seat
	// snapshots are copies of the server's folder, images copies of desks' folders.
	snapshots, backups []string
	images             []folder
	// silent: the server is set back without a word.
	silent bool
	net    line
	late   []lateRequest
	saved  []*fact
}

// seat is a desk with its files.
type seat struct {
	*store.Store
	h          *house
	agent, dir string
	device     string
	skew       time.Duration
	copied     bool
	// dying counts the exchanges to the one at which the desk dies; image is the folder as it was then.
	dying int
	image string
}

type folder struct {
	seat *seat
	dir  string
}

// fact is something that a desk showed as saved.
type fact struct {
	id     string
	caseID string
	traced bool
	seat   *seat
	// undone tells that nobody may count it, open that a copied desk took it back: its copy may have sent it.
	undone, open bool
	orphan       bool
}

func newHouse(t *testing.T, dir string) *house {
	h := &house{t: t, dir: dir, now: begin, tokens: map[string]string{}}
	h.try(os.MkdirAll(h.folder("server"), 0o700))
	h.open()
	_, err := h.srv.AddTeam(ctx(), "north", "North")
	h.try(err)
	for _, id := range []string{"anna", "boris"} {
		_, err := h.srv.AddUser(ctx(), "proof", callback.NewUser{ID: id, Name: id, Role: callback.RoleAgent, Team: "north"})
		h.try(err)
	}
	_, err = h.srv.AddUser(ctx(), "proof", callback.NewUser{ID: "sue", Name: "sue", Role: callback.RoleSupervisor, Team: "north"})
	h.try(err)
	for i := range 4 {
		h.intake(i)
	}
	for i, agent := range []string{"anna", "anna", "boris"} {
		s := &seat{h: h, agent: agent, dir: h.folder("desk" + fmt.Sprint(i))}
		s.sit()
		// Each desk has a token of its own; copies of a desk share it.
		u, err := h.srv.IssueToken(ctx(), "proof", agent, s.dir)
		h.try(err)
		h.tokens[s.device] = u.Token
		h.desks = append(h.desks, s)
	}
	return h
}

func ctx() context.Context { return context.Background() }

func (h *house) try(err error) {
	if err != nil {
		panic(broken{err.Error()})
	}
}

func (h *house) folder(name string) string { return filepath.Join(h.dir, name) }

func (h *house) id() string {
	h.ids++
	return fmt.Sprintf("id-%06d", h.ids)
}

func (h *house) open() {
	var err error
	h.srv, err = central.Open(ctx(), central.Config{
		DSN: "sqlite:" + filepath.Join(h.folder("server"), "server.db"), Now: func() time.Time { return h.now }, NewID: h.id,
	})
	h.try(err)
}

func (h *house) close() {
	for _, s := range h.desks {
		_ = s.Close()
	}
	_ = h.srv.Close()
}

func (h *house) intake(i int) {
	who, three := customers[i%4], 3
	rep, err := h.srv.Intake(ctx(), "north", callback.IntakeBatch{Rows: []callback.Intake{{
		Source: "web", ExternalID: h.id(), Score: &three, AnsweredAt: h.now, Person: callback.Person{Ref: who.ref, Phone: who.tel},
	}}})
	h.try(err)
	for _, r := range rep.Results {
		if r.Opened {
			h.cases = append(h.cases, r.CaseID)
		}
	}
}

func (s *seat) sit() {
	var err error
	s.Store, err = store.Open(store.Options{
		Dir: s.dir, Key: bytes.Repeat([]byte{7}, store.KeySize), Agent: s.agent, Team: "north",
		Now: func() time.Time { return s.h.now.Add(s.skew) }, NewID: s.h.id, HoldBack: holdBack,
	})
	s.h.try(err)
	s.device = s.Device()
}

// RoundTrip carries a request to the handlers, or loses it, or its answer.
func (s *seat) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
	}
	arrive := func() *http.Response {
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(sent))
		rec := httptest.NewRecorder()
		s.h.srv.Handler().ServeHTTP(rec, again)
		resp := rec.Result()
		resp.Request = r
		return resp
	}
	if s.burn() {
		return nil, errors.New("no way")
	}
	t := s.h.exchange()
	if s.h.net.pushes && r.Method == http.MethodGet {
		t = lost
	}
	switch t {
	case delayed:
		if r.Method == http.MethodPost {
			s.h.late = append(s.h.late, lateRequest{r.Method, r.URL.String(), r.Header.Clone(), sent})
		}
		return nil, errors.New("no way")
	case lost:
		return nil, errors.New("no way")
	case lostReply:
		_ = arrive().Body.Close()
		return nil, errors.New("cut off")
	case twice:
		_ = arrive().Body.Close()
	case busy, failed:
		return answer(r, http.StatusInternalServerError, `{"code":"internal","message":"failed"}`), nil
	case tooLarge:
		if bytes.Count(sent, []byte(`"kind"`)) > 1 {
			return answer(r, http.StatusRequestEntityTooLarge, `{"code":"too_large","message":"too large"}`), nil
		}
	case cut:
		resp := arrive()
		body, _ := io.ReadAll(resp.Body)
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body[:len(body)/2])), -1
		return resp, nil
	}
	return arrive(), nil
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/problem+json"}},
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: -1, Request: r,
	}
}

func (h *house) exchange() trouble {
	w := world{net: h.net}
	t := w.exchange()
	h.net = w.net
	return t
}

func (s *seat) sync() error {
	c := client.New(client.Options{
		URL: "http://localhost", Token: s.h.tokens[s.device], Device: s.device, HTTP: &http.Client{Transport: s},
		Now: func() time.Time { return s.h.now.Add(s.skew) },
	})
	defer c.Close()
	_, err := client.NewSyncer(c, s.Store, client.SyncOptions{PageDocs: 3, Held: s.Store}).Once(ctx())
	return err
}

func (s *seat) record(id string, what uint8) {
	w := world{now: s.h.now}
	d := &desk{w: &w, user: &user{id: s.agent}, skew: s.skew}
	fence := uint64(0)
	if v, err := s.Case(id); err == nil {
		fence = v.Fence
	}
	p := w.fact(d, id, what)
	if call, is := p.(*callback.CallRecorded); is {
		call.AttemptID = fmt.Sprintf("at-%d", len(s.h.saved)) // the server's check tells dials apart by it
	}
	saved, err := s.Record(callback.Fact{CaseID: id, Fence: fence, Payload: p})
	if p.Kind() == callback.KindCaseReopened && callback.CodeOf(err) == callback.CodeConflict {
		return // another case of the customer is open at this desk
	}
	s.h.try(err)
	traced := p.Kind() == callback.KindCallRecorded || p.Kind() == callback.KindNoteAdded
	s.h.saved = append(s.h.saved, &fact{id: saved.EventID, caseID: id, seat: s, traced: traced})
}

func (s *seat) undo(which uint8) {
	list, err := s.Journal(0)
	s.h.try(err)
	if len(list) == 0 {
		return
	}
	id := list[int(which)%len(list)].Event.ID
	if _, err := s.Undo(id); err != nil {
		return
	}
	for _, f := range s.h.saved {
		if f.id == id {
			f.undone, f.open = !s.copied, s.copied
		}
	}
}

// crash goes on in a copy of the folder as it is at this moment.
func (s *seat) crash() {
	to := s.h.folder(s.h.id())
	s.h.copy(s.dir, to)
	_ = s.Close()
	s.dir = to
	s.sit()
}

func (h *house) copy(from, to string) {
	list, err := os.ReadDir(from)
	h.try(err)
	h.try(os.MkdirAll(to, 0o700))
	for _, e := range list {
		if e.Name() == "ballast" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(from, e.Name()))
		h.try(err)
		h.try(os.WriteFile(filepath.Join(to, e.Name()), raw, 0o600))
	}
}

func (h *house) clone(from *seat) {
	if len(h.desks) == 5 {
		return
	}
	to := &seat{h: h, agent: from.agent, dir: h.folder(h.id()), skew: from.skew, copied: true}
	from.copied = true
	h.copy(from.dir, to.dir)
	to.sit()
	h.desks = append([]*seat{to}, h.desks...)
}

func (h *house) setBack(which uint8) {
	if len(h.images) == 0 {
		return
	}
	old := h.images[int(which)%len(h.images)]
	_ = old.seat.Close()
	old.seat.dir, old.seat.copied = h.folder(h.id()), true
	h.copy(old.dir, old.seat.dir)
	old.seat.sit()
	have := old.seat.ids()
	for _, f := range h.saved {
		if f.seat == old.seat {
			f.orphan, f.undone, f.open = f.orphan || have[f.id] == "", false, f.open || f.undone
		}
	}
}

func (s *seat) ids() map[string]callback.JournalState {
	list, err := s.Journal(10_000)
	s.h.try(err)
	out := map[string]callback.JournalState{}
	for _, e := range list {
		out[e.Event.ID] = e.State
	}
	return out
}

// snapshot makes a backup as an operator does, or copies the server's folder as a machine's snapshot does. A history has
// one or the other: what a listed backup holds, desks need not keep for a snapshot that nobody listed.
func (h *house) snapshot() {
	to := h.folder(h.id())
	if !h.silent {
		_, err := h.srv.Backup(ctx(), to)
		h.try(err)
		h.backups = append(h.backups, to)
		return
	}
	h.try(h.srv.Close())
	h.copy(h.folder("server"), to)
	h.snapshots = append(h.snapshots, to)
	h.open()
}

// restore sets the server back: to a backup by its own command, or in silence to a copy of its folder.
func (h *house) restore(which uint8) {
	list := h.backups
	if h.silent {
		list = h.snapshots
	}
	if len(list) == 0 {
		return
	}
	from := list[int(which)%len(list)]
	h.try(h.srv.Close())
	if h.silent {
		h.try(os.RemoveAll(h.folder("server")))
		h.copy(from, h.folder("server"))
	} else {
		_, err := central.Restore(ctx(), central.Config{
			DSN: "sqlite:" + filepath.Join(h.folder("server"), "server.db"), Now: func() time.Time { return h.now }, NewID: h.id,
		}, from, central.RestoreOptions{})
		h.try(err)
	}
	h.open()
}

// realActions are the steps of a history as the real programs take them.
func realActions() []func(*house, step) {
	desk := func(h *house, s step) *seat { return h.desks[int(s.a)%len(h.desks)] }
	sync := func(h *house, s step) {
		d := desk(h, s)
		if s.b&128 == 0 {
			d.Flush()
		}
		_ = d.sync()
	}
	plain := []func(*house, step){
		func(h *house, s step) { desk(h, s).record(h.cases[int(s.b)%len(h.cases)], s.c) },
		sync,
		func(h *house, s step) {
			if s.d%4 == 0 {
				h.net.silent = 1 + int(s.c)%6
			}
			h.net.troubles = []trouble{trouble(s.c) % troubles, trouble(s.d) % troubles, trouble(s.c/16) % troubles, trouble(s.d/16) % troubles}
			sync(h, s)
		},
		func(h *house, s step) { desk(h, s).crash() },
		func(h *house, s step) { desk(h, s).undo(s.b) },
		func(h *house, s step) { h.pass(time.Duration(s.a) * 7 * time.Minute) },
		func(h *house, s step) { h.intake(int(s.a)) },
		func(h *house, s step) {
			d := desk(h, s)
			who, err := h.srv.As(ctx(), d.agent, d.device)
			h.try(err)
			_, _ = h.srv.Claim(ctx(), who, callback.ClaimRequest{CaseID: h.cases[int(s.b)%len(h.cases)], Purpose: callback.LeaseInCall})
		},
		func(h *house, s step) { desk(h, s).skew = time.Duration(int(s.b)-128) * 11 * time.Minute },
		func(h *house, s step) {
			d, to := desk(h, s), h.folder(h.id())
			h.copy(d.dir, to)
			h.images = append(h.images, folder{d, to})
		},
		func(h *house, s step) { h.setBack(s.a) },
		func(h *house, s step) { h.clone(desk(h, s)) },
		func(h *house, _ step) { h.snapshot() },
		func(h *house, s step) { h.restore(s.a) },
		func(h *house, _ step) { h.try(h.srv.Close()); h.open() },
	}
	return append(plain, moreRealActions()...)
}

// settle ends every fault, lets all desks sync until they rest, and compares.
func (h *house) settle() {
	h.net = line{}
	h.now = h.now.Add(holdBack)
	for len(h.late) > 0 {
		h.deliver(0)
	}
	for range 5 {
		for _, s := range h.desks {
			s.Flush()
			h.try(s.sync())
			s.giveBack()
		}
	}
	report, err := h.srv.Check(ctx())
	h.try(err)
	if !report.OK {
		panic(broken{fmt.Sprintf("I9: the server's check: %+v", report.Problems)})
	}
	who, err := h.srv.As(ctx(), "anna", "proof")
	h.try(err)
	times, erased := map[string]int{}, map[string]bool{}
	for _, id := range h.cases {
		c, err := h.srv.Case(ctx(), who, id)
		if callback.CodeOf(err) == callback.CodeNotFound {
			continue
		}
		h.try(err)
		erased[id] = c.Erased != nil
		for _, a := range c.Attempts {
			times[a.EventID]++
		}
		for _, n := range c.Notes {
			times[n.EventID]++
		}
		for _, s := range h.desks {
			s.agreesOn(c)
		}
	}
	for _, s := range h.desks {
		s.nothingLeft(erased)
	}
	h.account(times, erased)
}

// agreesOn compares a desk's view of a case with the server's.
func (s *seat) agreesOn(c callback.Case) {
	v, err := s.Case(c.ID)
	s.h.try(err)
	v.Case.Lease, c.Lease = nil, nil
	if v.Held != nil && v.Case.Fence == c.Fence {
		v.Case.FenceBy = c.FenceBy // a desk shows itself beside the fence that it has a right under, whoever raised it
	}
	mine, err := json.Marshal(v.Case)
	s.h.try(err)
	theirs, err := json.Marshal(c)
	s.h.try(err)
	if !bytes.Equal(mine, theirs) {
		panic(broken{fmt.Sprintf("I4: %s shows\n%s\nthe server has\n%s", s.dir, mine, theirs)})
	}
}

// account looks for every fact that was shown as saved.
func (h *house) account(times map[string]int, erased map[string]bool) {
	journals := map[*seat]map[string]callback.JournalState{}
	for _, s := range h.desks {
		journals[s] = s.ids()
		report, err := s.Check(ctx())
		h.try(err)
		if !report.OK {
			panic(broken{fmt.Sprintf("I1: the desk's check: %+v", report.Problems)})
		}
	}
	for _, f := range h.saved {
		state := journals[f.seat][f.id]
		switch {
		case times[f.id] > 1:
			panic(broken{f.id + " counts twice (I2)"})
		case f.undone && times[f.id] > 0:
			panic(broken{f.id + " was undone, and counts (I3)"})
		case f.orphan, f.undone, f.open:
		case state == callback.Waiting || state == callback.Sent:
			panic(broken{f.id + " still waits (I3)"})
		case state == callback.Quarantined, state == callback.Withdrawn:
		case f.traced && times[f.id] == 0 && !erased[f.caseID]:
			panic(broken{f.id + " was shown as saved, and the server does not have it (I1)"})
		}
	}
}

// drawReal makes the history of a seed for the real programs.
func drawReal(seed uint64) history {
	plain := make([]action, len(realActions()))
	for i := range plain {
		plain[i] = action{weight: 1, theme: 1 + theme(i)%(themes-1)}
	}
	plain[0].theme, plain[1].theme = always, always
	plain[0].weight, plain[1].weight, plain[2].weight = 10, 6, 6
	return draw(seed, plain)
}

// liveReal runs a history with the real programs, and gives the invariant that it breaks.
func liveReal(t *testing.T, life history, dir string) (what string) {
	list := realActions()
	defer func() {
		_ = os.RemoveAll(dir)
		if v := recover(); v != nil {
			b, ok := v.(broken)
			if !ok {
				panic(v)
			}
			what = b.what
		}
	}()
	h := newHouse(t, dir)
	h.silent = life.seed/2%2 == 0
	defer h.close()
	for _, s := range life.steps {
		list[s.action](h, s)
		h.net = line{}
	}
	h.settle()
	return ""
}

// realFolder is in memory where there is such a place: these histories are about order, not about disks.
func realFolder(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "ringback-proof-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// The same kinds of histories hold with the real handlers, SQLite and bbolt.
func TestRealHistories(t *testing.T) {
	t.Parallel()
	dir := realFolder(t)
	if *seedFlag != 0 {
		if what := liveReal(t, drawReal(*seedFlag), filepath.Join(dir, "one")); what != "" {
			t.Errorf("seed %d: %s", *seedFlag, what)
			short := drawReal(*seedFlag).shrink(func(h history) bool { return liveReal(t, h, filepath.Join(dir, "shorter")) != "" })
			t.Logf("%d steps are enough: %+v", len(short.steps), short.steps)
		}
		return
	}
	const histories = 24
	for i := range uint64(histories) {
		if what := liveReal(t, drawReal(*firstSeed+i), filepath.Join(dir, fmt.Sprint(i))); what != "" {
			t.Errorf("seed %d: %s\nrepeat: go test ./proof/protocol -run RealHistories -seed %d", *firstSeed+i, what, *firstSeed+i)
		}
	}
}
