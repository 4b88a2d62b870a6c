package protocol

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"ringback/callback"
)

// begin is when every history begins: a Monday in working hours.
var begin = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// The two teams of the model. A phone number, a customer and a do-not-call reach over both.
const (
	north = iota
	south
	teams
)

var teamNames = [teams]string{"north", "south"}

// user is somebody with an account.
type user struct {
	id   string
	team int
	role callback.UserRole
}

// customers of the model: c0 and c4 are one person, known to both teams; c1 and c2 share a phone.
var customers = []struct {
	team     int
	ref, tel string
}{
	{north, "cu0", "+12015550100"},
	{north, "cu1", "+12015550101"},
	{north, "cu2", "+12015550101"},
	{north, "cu3", "+12015550103"},
	{south, "cu0", "+12015550100"},
}

// world is everything of one history: one server, its desks, what is on its way between them, and what an all-knowing
// observer has noted. Nothing in it depends on the order of a map, on the real clock or on chance.
type world struct {
	rules  *rules
	policy [teams]callback.Policy
	now    time.Time
	ids    int
	srv    *server
	users  []*user
	desks  []*desk
	// images are copies of desks' disks.
	images []image
	// shelf are the backups that may be restored, the oldest first.
	shelf []*server
	// silences counts how often the server was set back in silence.
	silences int
	// oldServer tells that the server's build is an older one, newDocs that its documents need a new desk, mixed that
	// builds were not all of one age at some time.
	oldServer, newDocs, mixed bool
	// late are requests that a network still carries, though nobody waits for the answers.
	late []late
	// fuse burns at each write to a disk; at 0 the desk that writes dies.
	fuse int
	// dying is the desk that writes now.
	dying *desk
	// net is what happens to the next exchanges.
	net  line
	book observer
	// counts tells that counters are kept; they cost as much as all the rest, so not every history does.
	counts bool
	asked  map[string]bool
	claims map[string]callback.Claim
	// trace tells what happens, for a person; nil costs nothing.
	trace func(format string, args ...any)
}

// broken is what a violated invariant panics with.
type broken struct{ what string }

func (w *world) fail(format string, args ...any) { panic(broken{fmt.Sprintf(format, args...)}) }

func (w *world) log(format string, args ...any) {
	if w.trace != nil {
		w.trace(format, args...)
	}
}

// id makes an id that is used nowhere else.
func (w *world) id(kind string) string {
	w.ids++
	return kind + strconv.Itoa(w.ids)
}

// policies are the rules of the trade that the histories are judged by.
var policies = func() (p [teams]callback.Policy) {
	for t, name := range teamNames {
		p[t] = callback.DefaultPolicy(name)
	}
	return p
}()

// suppresses tells whether an event asks that somebody never be called again; the answer is remembered, as it is asked
// of every row at every step.
func (w *world) suppresses(e callback.Event) bool {
	if e.Kind != callback.KindCallRecorded && e.Kind != callback.KindSuppressed {
		return false
	}
	yes, known := w.asked[e.ID]
	if !known {
		yes = e.Suppresses()
		w.asked[e.ID] = yes
	}
	return yes
}

// newWorld begins a history: a server with open cases, four desks of three agents, two of them anna's.
func newWorld(r *rules) *world {
	w := &world{rules: r, policy: policies, now: begin, counts: true, asked: map[string]bool{}, claims: map[string]callback.Claim{}}
	w.users = []*user{
		{"anna", north, callback.RoleAgent}, {"boris", north, callback.RoleAgent}, {"olga", south, callback.RoleAgent},
	}
	w.srv = &server{w: w, epoch: callback.NextEpoch(w.now, "first")}
	for i := range customers {
		w.srv.intake(i)
	}
	for i, u := range []int{0, 0, 1, 2} {
		d := &desk{w: w, user: w.users[u], name: "D" + strconv.Itoa(i), device: "device" + strconv.Itoa(i)}
		d.disk.stream = w.id("s")
		w.desks = append(w.desks, d)
	}
	return w
}

// fork gives a world of its own that begins like w, which nothing has happened in yet.
func (w *world) fork() *world {
	c := *w
	c.asked, c.claims, c.srv = map[string]bool{}, map[string]callback.Claim{}, w.srv.copy()
	c.srv.w = &c
	c.book.cases, c.book.rises = slices.Clip(w.book.cases), slices.Clone(w.book.rises)
	c.users, c.desks = make([]*user, len(w.users)), make([]*desk, len(w.desks))
	for i, u := range w.users {
		same := *u
		c.users[i] = &same
	}
	for i, d := range w.desks {
		c.desks[i] = &desk{w: &c, user: c.users[slices.Index(w.users, d.user)], name: d.name, device: d.device, disk: d.disk.copy()}
	}
	return &c
}
