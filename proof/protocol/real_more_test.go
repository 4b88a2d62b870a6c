package protocol

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ringback/callback"
	central "ringback/server"
)

// moreRealActions are the steps that need more of the real programs than a desk and a line: people who decide, leases
// that are taken along, erasures, and what a network delivers late.
func moreRealActions() []func(*house, step) {
	desk := func(h *house, s step) *seat { return h.desks[int(s.a)%len(h.desks)] }
	return []func(*house, step){
		func(h *house, s step) { desk(h, s).settleDispute(s.b, s.c) },
		func(h *house, s step) { desk(h, s).onRow(s.b, (*seat).offerAgain) },
		func(h *house, s step) {
			desk(h, s).onRow(s.b, func(d *seat, e callback.JournalEntry) { _ = d.MarkSeen(e.Event.ID) })
		},
		func(h *house, s step) { desk(h, s).syncAndDie(1 + int(s.c)%8) },
		func(h *house, s step) {
			h.net.pushes = true
			_ = desk(h, s).sync()
		},
		func(h *house, s step) { h.deliver(s.b) },
		func(h *house, s step) { desk(h, s).takePack(1+int(s.b)%4, s.d%4 == 0) },
		func(h *house, s step) { desk(h, s).returnPack() },
		func(h *house, s step) { desk(h, s).forgetDocuments() },
		func(h *house, s step) { h.erasePerson(s.b) },
		func(h *house, s step) { h.neverCall(s.b) },
		func(h *house, s step) { h.setPolicy(s.b) },
		func(h *house, s step) { h.dropBackup(s.b) },
		func(h *house, s step) { h.pass(time.Duration(s.b) * time.Second) },
		func(h *house, _ step) { h.pass(46 * 24 * time.Hour) },
	}
}

// lateRequest is a request that the network still carries, though nobody waits for the answer.
type lateRequest struct {
	method, url string
	header      http.Header
	body        []byte
}

// deliver lets a late request arrive.
func (h *house) deliver(which uint8) {
	if len(h.late) == 0 {
		return
	}
	at := int(which) % len(h.late)
	l := h.late[at]
	h.late = slices.Delete(h.late, at, at+1)
	r := httptest.NewRequestWithContext(ctx(), l.method, l.url, bytes.NewReader(l.body))
	r.Header = l.header
	h.srv.Handler().ServeHTTP(httptest.NewRecorder(), r)
}

func (h *house) pass(d time.Duration) {
	h.now = h.now.Add(d)
	h.try(h.srv.Tick(ctx(), h.now))
}

func (h *house) supervisor() central.Caller {
	who, err := h.srv.As(ctx(), "sue", "proof")
	h.try(err)
	return who
}

func (h *house) erasePerson(which uint8) {
	id := h.cases[int(which)%len(h.cases)]
	_, err := h.srv.Erase(ctx(), h.supervisor(), callback.EraseRequest{CaseID: id, Team: "north", Reason: "asked"})
	if code := callback.CodeOf(err); code != "" && code != callback.CodeNotFound {
		h.try(err)
	}
}

func (h *house) neverCall(which uint8) {
	row := callback.NewSuppression{Number: customers[int(which)%4].tel, Reason: "asked"}
	_, err := h.srv.Suppress(ctx(), h.supervisor(), callback.SuppressionBatch{Way: callback.WayHand, Rows: []callback.NewSuppression{row}})
	h.try(err)
}

func (h *house) setPolicy(which uint8) {
	p, err := h.srv.Policy(ctx(), "north")
	h.try(err)
	p.Retry.MaxAttempts = 1 + int(which)%4
	_, err = h.srv.SetPolicy(ctx(), "sue", "north", p)
	h.try(err)
}

// dropBackup takes the oldest backup off the server's list; it is restored no more.
func (h *house) dropBackup(uint8) {
	if len(h.backups) == 0 {
		return
	}
	oldest := h.backups[0]
	h.backups = h.backups[1:]
	list, err := h.srv.Backups(ctx())
	h.try(err)
	for _, b := range list {
		if within(b.Name, oldest) {
			h.try(h.srv.ForgetBackup(ctx(), b.Name))
		}
	}
}

func within(name, folder string) bool { return name == folder || filepath.Dir(name) == folder }

// onRow does something to an entry of the journal.
func (s *seat) onRow(which uint8, do func(*seat, callback.JournalEntry)) {
	list, err := s.Journal(0)
	s.h.try(err)
	if len(list) > 0 {
		do(s, list[int(which)%len(list)])
	}
}

func (s *seat) offerAgain(e callback.JournalEntry) {
	if e.State == callback.Quarantined {
		_ = s.Requeue(e.Event.ID)
	}
}

// settleDispute records what a person decides on a fact that does not lead.
func (s *seat) settleDispute(which, how uint8) {
	id := s.h.cases[int(which)%len(s.h.cases)]
	v, err := s.Case(id)
	if err != nil || len(v.Case.Disputes) == 0 {
		return
	}
	about := v.Case.Disputes[int(how/4)%len(v.Case.Disputes)]
	p := &callback.EventAmended{EventID: about.EventID, Act: []callback.Act{callback.ActKeep, callback.ActLead, callback.ActAsk}[how%3], Over: about.Over, Reason: secret}
	if p.Act == callback.ActKeep && about.Leads() {
		p.Over = about.EventID
	}
	saved, err := s.Record(callback.Fact{CaseID: id, Fence: v.Fence, Payload: p})
	s.h.try(err)
	s.h.saved = append(s.h.saved, &fact{id: saved.EventID, caseID: id, seat: s})
}

// syncAndDie goes on, after a sync, in a copy of the folder as it was at one of the exchanges, the last that was sent.
func (s *seat) syncAndDie(exchange int) {
	s.dying, s.image = exchange, ""
	s.Flush()
	_ = s.sync()
	s.dying = 0
	if s.image == "" {
		return
	}
	_ = s.Close()
	s.dir = s.image
	s.sit()
}

// burn copies the folder when the exchange comes at which the desk dies, and tells whether it was dead before.
func (s *seat) burn() (dead bool) {
	if s.dying == 0 {
		return false
	}
	if s.image != "" {
		return true
	}
	if s.dying > 1 {
		s.dying--
		return false
	}
	s.image = s.h.folder(s.h.id())
	s.h.copy(s.dir, s.image)
	return false
}

// takePack takes leases along; lost says that the answer to the claim never came.
func (s *seat) takePack(size int, lost bool) {
	who, err := s.h.srv.As(ctx(), s.agent, s.device)
	s.h.try(err)
	asked := callback.Instant{Wall: s.h.now.Add(s.skew)}
	reply, err := s.h.srv.Claim(ctx(), who, callback.ClaimRequest{Pack: size, Purpose: callback.LeasePack, Device: s.device})
	if err != nil || lost {
		return
	}
	var list []callback.Granted
	for _, l := range reply.Leases {
		list = append(list, callback.GrantedAt(l, reply.ServerTime, asked))
	}
	s.h.try(s.SaveLeases(list))
}

// returnPack gives all leases back: at once at the desk, at the next contact at the server.
func (s *seat) returnPack() {
	var ids []string
	for _, l := range s.Leases() {
		ids = append(ids, l.ID)
	}
	s.h.try(s.ReturnLeases(ids...))
}

// giveBack releases at the server what the desk has given back.
func (s *seat) giveBack() {
	who, err := s.h.srv.As(ctx(), s.agent, s.device)
	s.h.try(err)
	for _, l := range s.LeasesBack() {
		if code := callback.CodeOf(s.h.srv.Release(ctx(), who, l.ID)); code == "" || code == callback.CodeNotFound {
			s.h.try(s.DropLeases(l.ID))
		}
	}
}

// forgetDocuments loses what was fetched; it is to be fetched anew.
func (s *seat) forgetDocuments() {
	_ = s.Close()
	s.h.try(os.RemoveAll(filepath.Join(s.dir, "cache.db")))
	s.sit()
}

// nothingLeft looks for texts of an erased case in what a desk keeps.
func (s *seat) nothingLeft(erased map[string]bool) {
	list, err := s.Journal(10_000)
	s.h.try(err)
	for _, e := range list {
		if raw, err := json.Marshal(e.Event); erased[e.Event.CaseID] && (err != nil || bytes.Contains(raw, []byte(secret))) {
			panic(broken{"I8: the journal of " + s.dir + " keeps a text of " + e.Event.CaseID + ", which is erased"})
		}
	}
}
