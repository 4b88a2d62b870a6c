package ui

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// syncScreen says in plain words how the desk and the server stand: the
// connection, what waits to be sent, what a person is to settle, and whether
// the storage is sound.
type syncScreen struct {
	e     *env
	w, h  int
	link  linkChanged
	list  syncList
	load  syncLoad
	check syncCheck
	names map[string]callback.Text
	// trouble holds the last failures of this run, the latest first.
	trouble []callback.Text
	drawn   string
	dirty   bool
}

// syncList is the journal as it is shown: at is the entry in hand, id its
// event, which the selection sticks to.
type syncList struct {
	groups []syncGroup
	at     int
	id     string
	top    int
}

// syncLoad is what is being asked for.
type syncLoad struct {
	flying, again, front, loaded bool
}

// syncCheck is the last check of the storage.
type syncCheck struct {
	running, done bool
	report        callback.CheckReport
}

// maxTrouble is how many failures are kept in sight.
const maxTrouble = 3

// journalLoaded answers a question for the journal.
type journalLoaded struct {
	groups []syncGroup
	err    error
}

// journalChanged tells that a person settled something in the journal.
type journalChanged struct{ text string }

// checked tells what a check of the storage found.
type checked struct {
	report callback.CheckReport
	err    error
}

func newSync(e *env) screen {
	return &syncScreen{e: e, dirty: true, names: map[string]callback.Text{}}
}

func (s *syncScreen) Title() string { return syncTitle }

func (s *syncScreen) Init() tea.Cmd { return nil }

func (s *syncScreen) Arrive() tea.Cmd { return s.reload() }

func (s *syncScreen) SetSize(w, h int) { s.w, s.h, s.dirty = w, h, true }

func (s *syncScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.key(msg)
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			s.move(-1)
		} else {
			s.move(1)
		}
	case shown:
		s.load.front = msg.title == syncTitle
	case linkChanged:
		if s.link != msg {
			s.link, s.dirty = msg, true
		}
	case tick:
		if s.load.front && s.e.now().Second()%5 == 0 {
			s.dirty = true
		}
	case teamLoaded:
		for _, a := range msg.agents {
			s.names[a.ID], s.dirty = callback.Line(a.Name), true
		}
	case journalLoaded:
		return s.answered(msg)
	case bell, journalChanged, recorded, undone:
		if s.load.front {
			return s.reload()
		}
	case synced:
		return tea.Batch(s.syncEnded(msg), s.reload())
	case checked:
		return s.checkEnded(msg)
	case failed:
		s.remember(msg)
	case themeChanged:
		s.dirty = true
	}
	return nil
}

func (s *syncScreen) reload() tea.Cmd {
	if s.load.flying {
		s.load.again = true
		return nil
	}
	s.load.flying, s.load.again = true, false
	return s.e.do.journal()
}

func (s *syncScreen) answered(msg journalLoaded) tea.Cmd {
	s.load.flying = false
	if msg.err != nil {
		return send(failed{"read the journal", msg.err})
	}
	s.load.loaded, s.dirty = true, true
	s.list.groups = msg.groups
	s.settle()
	if s.load.again {
		return s.reload()
	}
	return nil
}

// settle keeps the selection on its event, or on the nearest entry.
func (s *syncScreen) settle() {
	n := 0
	found := false
	for _, g := range s.list.groups {
		for _, e := range g.entries {
			if e.id == s.list.id {
				s.list.at, found = n, true
			}
			n++
		}
	}
	s.list.at = clamp(s.list.at, 0, max(0, n-1))
	if !found {
		if e, ok := s.selected(); ok {
			s.list.id = e.id
		}
	}
}

// selected gives the entry in hand.
func (s *syncScreen) selected() (syncEntry, bool) {
	n := s.list.at
	for _, g := range s.list.groups {
		if n < len(g.entries) {
			return g.entries[n], true
		}
		n -= len(g.entries)
	}
	return syncEntry{}, false
}

func (s *syncScreen) count() int {
	n := 0
	for _, g := range s.list.groups {
		n += len(g.entries)
	}
	return n
}

func (s *syncScreen) move(by int) {
	s.list.at, s.dirty = clamp(s.list.at+by, 0, max(0, s.count()-1)), true
	if e, ok := s.selected(); ok {
		s.list.id = e.id
	}
}

func (s *syncScreen) key(msg tea.KeyPressMsg) tea.Cmd {
	k := s.Keys().(syncKeySet).keys
	e, _ := s.selected()
	switch {
	case pressed(msg, k.syncNow):
		return tea.Batch(send(underway{say("Syncing…")}), s.e.do.syncNow(), s.e.do.status())
	case pressed(msg, k.check):
		s.check.running, s.dirty = true, true
		return s.e.do.check()
	case pressed(msg, k.requeue):
		return s.e.do.requeue(e.id)
	case pressed(msg, k.seen):
		return s.e.do.markSeen(e.id)
	case pressed(msg, k.keep):
		return s.e.do.settle(e.matter, callback.ActKeep, "", s.e.newID())
	case pressed(msg, k.amend):
		return s.e.ask(s.amend(e.matter))
	case pressed(msg, k.show):
		return send(showCase{e.caseID})
	default:
		s.moved(msg, k.move)
	}
	return nil
}

func (s *syncScreen) moved(msg tea.KeyPressMsg, m moveKeys) {
	switch {
	case pressed(msg, m.up):
		s.move(-1)
	case pressed(msg, m.down):
		s.move(1)
	case pressed(msg, m.pageUp):
		s.move(-10)
	case pressed(msg, m.pageDown):
		s.move(10)
	case pressed(msg, m.top):
		s.move(-s.count())
	case pressed(msg, m.bottom):
		s.move(s.count())
	}
}

// amend asks why the other fact should lead. Supervisors decide it; agents
// ask them to.
func (s *syncScreen) amend(m callback.Matter) dialog {
	act, title := callback.ActAsk, say("Ask a supervisor to let yours lead")
	if m.May.Lead {
		act, title = callback.ActLead, say("Let the version of %s lead", s.name(m.Stated.By))
	}
	return newPrompt(s.e, title, say("Why? Both versions stay on record, and your words beside them."), "reason", func(reason string) tea.Cmd {
		return s.e.do.settle(m, act, reason, s.e.newID())
	})
}

// name gives a colleague's name.
func (s *syncScreen) name(id string) callback.Text {
	if n := s.names[id]; n.String() != "" {
		return n
	}
	return callback.Line(id)
}

func (s *syncScreen) syncEnded(msg synced) tea.Cmd {
	if msg.err != nil {
		return send(failed{"sync", msg.err})
	}
	return send(notice{say("Synced: %d sent, %d received.", msg.report.Pushed, msg.report.Pulled).String()})
}

func (s *syncScreen) checkEnded(msg checked) tea.Cmd {
	s.check.running, s.dirty = false, true
	if msg.err != nil {
		return send(failed{"check the storage", msg.err})
	}
	s.check.done, s.check.report = true, msg.report
	return nil
}

// remember keeps a failure in sight after the status line let it go.
func (s *syncScreen) remember(msg failed) {
	t := say("%s could not %s: %s", s.e.now().In(s.e.zone).Format("15:04"), msg.doing, msg.err)
	s.trouble = append([]callback.Text{t}, s.trouble...)
	s.trouble = s.trouble[:min(len(s.trouble), maxTrouble)]
	s.dirty = true
}

// syncKeySet is a keySet that remembers the bindings with what works now.
type syncKeySet struct {
	keySet
	keys syncKeys
}

// Keys implements screen.
func (s *syncScreen) Keys() help.KeyMap {
	k := s.e.keys.sync
	e, ok := s.selected()
	may := e.matter.May
	k.keep.SetEnabled(may.Keep)
	k.amend.SetEnabled(may.Ask || may.Lead)
	if may.Ask {
		k.amend.SetHelp(k.amend.Help().Key, "ask to let mine lead")
	}
	if e.matter.Sort != callback.MatterConflict {
		k.keep.SetHelp(k.keep.Help().Key, "I have looked into it")
	}
	k.requeue.SetEnabled(may.Retry)
	k.seen.SetEnabled(may.See)
	k.show.SetEnabled(ok && e.caseID != "")
	k.check.SetEnabled(!s.check.running)
	short := []key.Binding{k.keep, k.amend, k.requeue, k.seen, k.syncNow, k.show, k.check}
	return syncKeySet{keySet{short, [][]key.Binding{short, k.move.all()}}, k}
}
