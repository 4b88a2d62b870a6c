package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

func idsOf(page callback.QueuePage) []string {
	var out []string
	for _, r := range page.Rows {
		out = append(out, r.ID)
	}
	return out
}

func (d *desk) queue(t fatal, q callback.QueueQuery) callback.QueuePage {
	t.Helper()
	page, err := d.Queue(q)
	if err != nil {
		t.Fatalf("queue: %v", err)
	}
	return page
}

func TestARequestNotToBeCalledReachesAllCasesOfAPerson(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	person := func(id, number string) func(*callback.CaseOpened) {
		return func(o *callback.CaseOpened) { o.Customer.ID, o.Customer.Phone.E164 = id, number }
	}
	asked := c.open(1, person("cu-x", "+12015550101"))
	samePerson := c.open(2, person("cu-x", "+12015550102"))
	sameNumber := c.open(3, person("cu-y", "+12015550101"))
	other := c.open(4, person("cu-z", "+12015550104"))
	d.pull(t, c, 100)
	d.record(t, asked, &callback.SuppressRequested{Reason: "Asked in writing."})
	check := func(when string) {
		t.Helper()
		if diff := cmp.Diff([]string{other}, idsOf(d.queue(t, callback.QueueQuery{}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
		for _, id := range []string{asked, samePerson, sameNumber} {
			if v, err := d.Case(id); err != nil || v.Case.State != callback.Suppressed {
				t.Errorf("%s: case %s is %s %v", when, id, v.Case.State, err)
			}
		}
	}
	check("recorded")
	d.reopen(t)
	check("opened again")
	d.push(t, c)
	check("sent")
	d.pull(t, c, 1)
	check("back from the server")
	if v, _ := d.Case(samePerson); v.Case.Version != c.cases[samePerson].Version {
		t.Errorf("the desk folded %d events, the server %d", v.Case.Version, c.cases[samePerson].Version)
	}
}

func TestUndoingItBringsThemBack(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	for n := 1; n <= 3; n++ {
		c.open(n, func(o *callback.CaseOpened) { o.Customer.ID = "cu-x" })
	}
	d.pull(t, c, 100)
	saved := d.record(t, caseID(1), d.call(callback.DoNotCall))
	if page := d.queue(t, callback.QueueQuery{}); page.Total != 0 {
		t.Fatalf("%d cases are left", page.Total)
	}
	if _, err := d.Undo(saved.EventID); err != nil {
		t.Fatal(err)
	}
	if page := d.queue(t, callback.QueueQuery{}); page.Total != 3 || len(page.Rows) != 3 {
		t.Fatalf("%d cases came back", page.Total)
	}
}

func TestWindowsOfTheQueue(t *testing.T) {
	d, _ := withCases(t, 120)
	all := idsOf(d.queue(t, callback.QueueQuery{Limit: 1000}))
	if len(all) != 120 {
		t.Fatalf("%d of 120 rows", len(all))
	}
	tests := []struct {
		q          callback.QueueQuery
		from, rows int
	}{
		{callback.QueueQuery{}, 0, 50},
		{callback.QueueQuery{Offset: 30, Limit: 7}, 30, 7},
		{callback.QueueQuery{Offset: 118, Limit: 7}, 118, 2},
		{callback.QueueQuery{Offset: 500, Limit: 7}, 120, 0},
		{callback.QueueQuery{Offset: -3, Limit: 7}, 0, 7},
		{callback.QueueQuery{Around: all[60], Limit: 10}, 55, 10},
		{callback.QueueQuery{Around: all[1], Limit: 10}, 0, 10},
		{callback.QueueQuery{Around: all[119], Limit: 10}, 110, 10},
		{callback.QueueQuery{Around: "nobody", Offset: 4, Limit: 10}, 4, 10},
	}
	for _, tt := range tests {
		page := d.queue(t, tt.q)
		if diff := cmp.Diff(all[tt.from:tt.from+tt.rows], append([]string{}, idsOf(page)...)); diff != "" || page.Offset != tt.from || page.Total != 120 {
			t.Errorf("%+v: from %d of %d (-want +got):\n%s", tt.q, page.Offset, page.Total, diff)
		}
	}
	v, err := d.Case(all[3])
	if err != nil || v.Beats == nil || v.Beats.ID != all[4] || len(v.Place.Factors) == 0 {
		t.Errorf("case view: %+v %v", v.Beats, err)
	}
}

func TestFilter(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	for n := 1; n <= 50; n++ {
		c.open(n)
	}
	open := func(n int, f func(*callback.CaseOpened)) string { return c.open(n, f) }
	want := map[string]string{
		"zoë":          open(101, func(o *callback.CaseOpened) { o.Customer.Name = "ZOË Brandt" }),
		"не РАБОТАЕТ":  open(102, func(o *callback.CaseOpened) { o.Response.Comment = "Сервис Не работает с мая" }),
		`said "no" <`:  open(103, func(o *callback.CaseOpened) { o.Response.Comment = `They Said "No" <three times> & hung up` }),
		"kelvin K":     open(104, func(o *callback.CaseOpened) { o.Customer.Account = "\u212Aelvin k Ltd" }),
		"555-0199":     open(105, func(o *callback.CaseOpened) { o.Customer.Phone.E164 = "+12015550199" }),
		"zmail@":       open(106, func(o *callback.CaseOpened) { o.Customer.Email = "Zmail@example.com" }),
		"modem ß 3000": open(107, func(o *callback.CaseOpened) { o.Response.Product = "Modem ẞ 3000" }),
	}
	d.pull(t, c, 1000)
	for text, id := range want {
		page := d.queue(t, callback.QueueQuery{Filter: text})
		if diff := cmp.Diff([]string{id}, idsOf(page)); diff != "" || page.Total != 1 || page.Open != 57 {
			t.Errorf("%q: %d of %d (-want +got):\n%s", text, page.Total, page.Open, diff)
		}
	}
	if page := d.queue(t, callback.QueueQuery{Filter: "customer 1", Limit: 4}); page.Total != 17 || len(page.Rows) != 4 {
		t.Errorf("customer 1: %d rows of %d", len(page.Rows), page.Total)
	}
	// 1, 10–19 and 102–107. A filter is remembered, but not what has changed since.
	d.record(t, caseID(10), d.call(callback.TalkedResolved))
	if page := d.queue(t, callback.QueueQuery{Filter: "customer 1"}); page.Total != 16 {
		t.Errorf("after a call %d rows", page.Total)
	}
	c.open(110)
	c.add(callback.DocCase, caseID(11), nil)
	d.pull(t, c, 10)
	if page := d.queue(t, callback.QueueQuery{Filter: "customer 1"}); page.Total != 16 {
		t.Errorf("after news %d rows", page.Total)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.QueueContext(ctx, callback.QueueQuery{Filter: "something else"}); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits for it, and yet: %v", err)
	}
}

func TestTheFirstPageComesFromWhatWasKnown(t *testing.T) {
	d, _ := withCases(t, 400)
	want := d.queue(t, callback.QueueQuery{Limit: 20})
	d.reopen(t)
	got := d.queue(t, callback.QueueQuery{Limit: 20})
	if !got.Partial {
		t.Error("the first page does not say that it is provisional")
	}
	if diff := cmp.Diff(idsOf(want), idsOf(got)); diff != "" || got.Total != 400 || got.Ready != want.Ready {
		t.Errorf("%d of %d (-want +got):\n%s", got.Ready, got.Total, diff)
	}
	if err := d.WaitOrder(context.Background()); err != nil {
		t.Fatal(err)
	}
	want.Partial, got = false, d.queue(t, callback.QueueQuery{Limit: 20})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	d.check(t)
}

func TestTheOrderFollowsTheClock(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	late := c.open(1, func(o *callback.CaseOpened) { o.Customer.Phone.Zones = []string{"Australia/Sydney"} })
	d.pull(t, c, 10)
	page := d.queue(t, callback.QueueQuery{})
	if page.Ready != 0 || page.NextAt.IsZero() || page.NextWait == "" {
		t.Fatalf("at %v: %+v", d.clock.now(), page)
	}
	d.clock.add(page.NextAt.Sub(d.clock.now()))
	if page = d.queue(t, callback.QueueQuery{}); page.Ready != 1 || !page.Rows[0].Ready || page.Rows[0].ID != late {
		t.Fatalf("at %v: %+v", d.clock.now(), page)
	}
}

func TestCasesAreFoundByTheBeginningOfTheirIDs(t *testing.T) {
	d, _ := withCases(t, 40)
	for _, tt := range []struct {
		id   string
		want string
		code callback.Code
	}{
		{caseID(3), caseID(3), ""},
		{caseID(3)[:20], caseID(3), ""},
		{"000000", "", callback.CodeInvalid},
		{"00000003", caseID(3), ""},
		{"00000", "", callback.CodeNotFound},
		{"ffffffff", "", callback.CodeNotFound},
		{"", "", callback.CodeNotFound},
		{"\x1b[31m", "", callback.CodeNotFound},
	} {
		v, err := d.Case(tt.id)
		if callback.CodeOf(err) != tt.code || v.Case.ID != tt.want {
			t.Errorf("%q: %q, %v", tt.id, v.Case.ID, err)
		}
	}
}

func TestALeaseShowsOnTheCaseAndPasses(t *testing.T) {
	d, c := withCases(t, 2)
	lease := c.claim(caseID(1), "anna", d.Device())
	if err := d.SaveLeases(d.granted(lease)); err != nil {
		t.Fatal(err)
	}
	d.reopen(t)
	v, err := d.Case(caseID(1))
	if err != nil || v.Case.Lease == nil || v.Fence != lease.Fence || len(d.Leases()) != 1 {
		t.Fatalf("%+v %v", v, err)
	}
	d.clock.add(11 * time.Minute)
	if v, _ = d.Case(caseID(1)); v.Case.Lease != nil || len(d.Leases()) != 0 {
		t.Errorf("it lasts: %+v", v.Case.Lease)
	}
	if err := d.DropLeases(lease.ID); err != nil {
		t.Fatal(err)
	}
}

func TestASnapshotGoesOnWhereItStopped(t *testing.T) {
	d, c := withCases(t, 30)
	for n := 31; n <= 60; n++ {
		c.open(n)
	}
	c.add(callback.DocCase, caseID(5), nil)
	c.epoch = "epoch-2"
	for i := range 3 {
		at, err := d.Position()
		if err != nil {
			t.Fatal(err)
		}
		if err := d.ApplyPage(c.page(at, 10)); err != nil {
			t.Fatal(err)
		}
		if page := d.queue(t, callback.QueueQuery{Limit: 100}); page.Total != 30 {
			t.Fatalf("after page %d of the snapshot %d cases are in view", i+1, page.Total)
		}
		d.reopen(t)
	}
	if at, _ := d.Position(); at.Epoch != "epoch-2" {
		t.Fatalf("the snapshot does not go on: %+v", at)
	}
	d.pull(t, c, 10)
	if page := d.queue(t, callback.QueueQuery{Limit: 100}); page.Total != 59 || len(page.Rows) != 59 {
		t.Fatalf("%d cases of 59", page.Total)
	}
	d.check(t)
	cut := callback.Page{PageHead: callback.PageHead{Epoch: c.epoch, Next: "x", Count: 3}}
	if err := d.ApplyPage(cut); callback.CodeOf(err) != callback.CodeInvalid {
		t.Errorf("a page that was cut: %v", err)
	}
}

func TestBoardCommentsAndColleagues(t *testing.T) {
	d, c := withCases(t, 12)
	policy := callback.DefaultPolicy("care")
	policy.Version, policy.Zone = 3, "Europe/Madrid"
	c.policy = policy
	c.add(callback.DocPolicy, "care", policy)
	c.add(callback.DocAgent, "anna", callback.Agent{ID: "anna", Name: "Anna"})
	day := start.Format(time.DateOnly)
	c.add(callback.DocDay, day+"/anna", callback.Day{Agent: "anna", Date: day, Counts: callback.Counts{Attempts: 4, Talk: 60}})
	c.add(callback.DocDay, "2025-01-01/anna", callback.Day{Agent: "anna", Date: "2025-01-01", Counts: callback.Counts{Attempts: 100}})
	for n := range 30 {
		nine := 9
		c.add(callback.DocComment, fmt.Sprintf("re-%02d", n*7%30), callback.Comment{
			ID: fmt.Sprintf("re-%02d", n*7%30), Score: &nine, Text: fmt.Sprintf("Kind people %d", n*7%30), Language: "en", AnsweredAt: start.Add(time.Duration(n*7%30) * time.Minute),
		})
	}
	d.pull(t, c, 9)
	if p, err := d.Policy(); err != nil || p.Version != 3 || p.Zone != "Europe/Madrid" {
		t.Errorf("policy %d %v", p.Version, err)
	}
	list, err := d.Comments(callback.CommentQuery{Contains: "KIND", Category: callback.Promoter, Limit: 3})
	if err != nil || len(list) != 3 || list[0].ID != "re-29" || list[2].ID != "re-27" {
		t.Errorf("comments: %+v %v", list, err)
	}
	if list, err = d.Comments(callback.CommentQuery{Category: callback.Detractor}); err != nil || len(list) != 0 {
		t.Errorf("comments of detractors: %+v %v", list, err)
	}
	today, err := callback.PeriodOf("today", d.clock.now(), policy.Location())
	if err != nil {
		t.Fatal(err)
	}
	d.record(t, caseID(1), d.call(callback.NoAnswer))
	b, err := d.Board(today)
	if err != nil || b.Total.Attempts != 5 || len(b.Standings) != 1 || b.Standings[0].Name != "Anna" {
		t.Errorf("board of today, with the call just made: %+v %v", b, err)
	}
	all, err := d.Board(callback.Period{Name: "all", To: today.To})
	if err != nil || all.Total.Attempts != 105 {
		t.Errorf("board of all time: %+v %v", all.Total, err)
	}
}

// A case that this desk alone has opened again is offered to nobody until the server has confirmed it: its customer may
// have asked somebody else never to be called.
func TestReopenedCasesAreOfferedOnceConfirmed(t *testing.T) {
	d, c := withCases(t, 3)
	d.record(t, caseID(2), &callback.CaseClosed{Resolution: callback.Listened})
	d.push(t, c)
	d.pull(t, c, 100)
	d.record(t, caseID(2), &callback.CaseReopened{Reason: "They wrote again."})
	v, err := d.Case(caseID(2))
	if err != nil || v.Case.State != callback.New || v.Place.Wait != callback.WaitConfirmed {
		t.Fatalf("%s, waits for %q, %v", v.Case.State, v.Place.Wait, err)
	}
	queued := func() bool {
		page, err := d.Queue(callback.QueueQuery{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(page.Rows, func(r callback.QueueRow) bool { return r.ID == caseID(2) })
	}
	if queued() {
		t.Error("it is offered before the server has confirmed it")
	}
	d.check(t)
	d.push(t, c)
	d.pull(t, c, 100)
	if !queued() {
		t.Error("it is not offered although the server has confirmed it")
	}
	d.check(t)
}
