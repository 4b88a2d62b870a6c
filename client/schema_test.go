package client

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"ringback/callback"
)

// A server that is newer than what this desk can read still takes its facts; the queue stays as it is, and a
// sentence says what to do.
func TestANewerServerStillTakesFacts(t *testing.T) {
	d := newDesk(t, 3)
	if _, err := d.Once(context.Background()); err != nil {
		t.Fatal(err)
	}
	before := d.memory.bodies()
	d.centre.state.put(callback.Case{ID: caseID(1), Conflict: "written by the newer one"})
	d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/v1/feed" {
			return false
		}
		page := d.centre.state.page(r.FormValue("cursor"), r.FormValue("high"), r.FormValue("limit"))
		page.Schema, page.Reader, page.ServerTime = callback.SchemaVersion+1, callback.SchemaVersion+1, d.centre.now()
		_, _ = w.Write(page.lines())
		return true
	})
	id := d.memory.record(t, caseID(0), &callback.NoteAdded{Text: "rang"})
	report, err := d.Once(context.Background())
	if callback.CodeOf(err) != callback.CodeNewer || !strings.Contains(err.Error(), "update ringback") {
		t.Fatalf("error: %v", err)
	}
	if report.Pushed != 1 || d.memory.receiptOf(id) == nil {
		t.Fatalf("the fact was not taken: %+v", report)
	}
	if st := d.Status(); st.State == callback.LinkOffline || !strings.Contains(st.Problem, "newer ringback") {
		t.Errorf("status: %+v", st)
	}
	if after := d.memory.bodies(); len(after) != len(before) || after[caseID(1)] != before[caseID(1)] {
		t.Error("documents that cannot be read were stored")
	}
	// One that only writes more than this desk knows is read: unknown documents and fields are left aside.
	d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/v1/feed" {
			return false
		}
		page := d.centre.state.page(r.FormValue("cursor"), r.FormValue("high"), r.FormValue("limit"))
		page.Schema, page.Reader, page.ServerTime = callback.SchemaVersion+1, callback.ReaderVersion, d.centre.now()
		_, _ = w.Write(page.lines())
		return true
	})
	if _, err := d.Once(context.Background()); err != nil {
		t.Errorf("a newer server that we can read: %v", err)
	}
}
