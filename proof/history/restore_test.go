package history

import (
	"fmt"
	"path/filepath"
	"testing"

	"ringback/callback"
	"ringback/server"
)

// after is how many events the desks record after the backup.
const after = 500

// Test 17: a backup, 500 more events of three desks, and the backup in the place of the database: by restore,
// twice, and without a word. Every event comes back from its desk, once; no lease of the lost history counts.
func TestRestoreIsHealedFromTheDesks(t *testing.T) {
	for _, how := range []string{"announced", "announced twice", "silent", "silent, and the head has passed the place again"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "anna", "boris", "carol", "adam")
			for n := range 40 {
				h.intake(h.answer(n))
			}
			anna, boris, carol := h.desk("anna"), h.desk("boris"), h.desk("carol")
			h.syncAll()
			recorded := h.work(100)
			backup := filepath.Join(t.TempDir(), "backup.db")
			h.must(h.s.Backup(h.ctx(), backup))
			beside := filepath.Join(t.TempDir(), "instance")
			put(t, h.database()+".instance", beside)
			recorded = append(recorded, h.work(after)...)
			held := h.claim(boris, h.cases[39])
			before := h.counted()

			h.setBack(how, backup, beside)
			if n := len(h.counted()); n >= len(before) {
				t.Fatalf("the restore lost nothing: %d of %d", n, len(before))
			}
			// The case that Boris held is Carol's now; what he says of it later stands in her shadow.
			carol.once()
			taken := h.claim(carol, h.cases[39])
			late := boris.record(h.cases[39], h.call(callback.TalkedResolved))
			h.syncAll()
			h.syncAll()
			if taken.Fence <= held.Fence {
				t.Errorf("the fence fell from %d to %d", held.Fence, taken.Fence)
			}
			if c, _ := h.caseOf(h.cases[39]); c.State == callback.Closed || c.Attempts[len(c.Attempts)-1].Shadowed != callback.ReasonStaleFence {
				t.Errorf("a lease of the lost history was honoured: %+v", c.Attempts)
			}
			have := h.counted()
			missing, twice := 0, 0
			for _, id := range append(recorded, late) {
				switch n := have[id]; {
				case n == 0:
					missing++
				case n > 1:
					twice++
				}
			}
			if missing+twice > 0 {
				t.Fatalf("of %d events %d are missing and %d counted twice", len(recorded)+1, missing, twice)
			}
			h.sound()
			_ = anna
			t.Logf("%d of %d events recovered", len(recorded), len(recorded))
		})
	}
}

// work records n facts at the desks in turn, and syncs now and then.
func (h *house) work(n int) []string {
	h.t.Helper()
	var ids []string
	for i := range n {
		d := h.desks[i%len(h.desks)]
		// The last case is left for leases.
		id := h.cases[(i*7)%(len(h.cases)-1)]
		var p callback.Payload = &callback.NoteAdded{Text: fmt.Sprintf("Note %d.", i)}
		if i%5 == 0 {
			p = h.call(callback.NoAnswer)
		}
		ids = append(ids, d.record(id, p))
		if i%20 == 19 {
			d.once()
		}
	}
	h.syncAll()
	return ids
}

func (h *house) claim(d *desk, id string) callback.Lease {
	h.t.Helper()
	reply, err := d.c.Claim(h.ctx(), callback.ClaimRequest{CaseID: id, Purpose: callback.LeaseInCall})
	h.must(reply, err)
	h.must(0, d.SaveLeases([]callback.Granted{callback.GrantedAt(reply.Leases[0], reply.ServerTime, callback.Instant{Wall: reply.ServerTime})}))
	return reply.Leases[0]
}

// setBack puts the backup in the place of the database.
func (h *house) setBack(how, backup, beside string) {
	h.t.Helper()
	h.close()
	switch how {
	case "announced", "announced twice":
		report, err := server.Restore(h.ctx(), h.config(server.HistoryStop), backup, server.RestoreOptions{})
		h.must(report, err)
		if how == "announced twice" {
			h.open(server.HistoryStop)
			h.syncAll()
			h.close()
			again, err := server.Restore(h.ctx(), h.config(server.HistoryStop), backup, server.RestoreOptions{})
			h.must(again, err)
			if callback.EpochOrd(again.Epoch) <= callback.EpochOrd(report.Epoch) {
				h.t.Fatalf("epoch %s follows %s", again.Epoch, report.Epoch)
			}
		}
	default:
		// A disk that was set back whole, with what lies beside the database: only the desks can tell.
		put(h.t, backup, h.database())
		put(h.t, beside, h.database()+".instance")
	}
	h.open(server.HistoryStop)
	if how == "silent, and the head has passed the place again" {
		for n := 100; n < 100+2*after; n++ {
			a := h.answer(n)
			a.Comment = ""
			h.intake(a)
		}
	}
}
