package ui

import (
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// floorScreen is the screen of what waits for people rather than for the
// clock: escalated cases, those to be looked at, promises.
type floorScreen struct {
	e     *env
	w, h  int
	list  floorList
	load  floorLoad
	names map[string]callback.Text
	// callers are the colleagues who may be given a case.
	callers []string
	drawn   string
	dirty   bool
}

// floorList is what is on show: at is the row in hand, id what the selection
// sticks to.
type floorList struct {
	cases, owed []floorRow
	groups      []floorGroup
	at          int
	id          string
	top         int
}

// floorLoad is what is being asked for.
type floorLoad struct {
	flying, again, front bool
	cases, owed          bool
	// asked is when promises were asked for last: they cost more than cases.
	asked time.Time
}

// owedEvery is how often promises are read anew while the screen is in front
// and others work.
const owedEvery = 30 * time.Second

func newFloor(e *env) screen {
	return &floorScreen{e: e, names: map[string]callback.Text{}, dirty: true}
}

func (f *floorScreen) Title() string { return floorTitle }

func (f *floorScreen) Init() tea.Cmd { return f.reload() }

func (f *floorScreen) Arrive() tea.Cmd { return tea.Batch(f.reload(), f.readOwed()) }

func (f *floorScreen) SetSize(w, h int) { f.w, f.h, f.dirty = w, h, true }

func (f *floorScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return f.key(msg)
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			f.move(-1)
		} else {
			f.move(1)
		}
	case shown:
		f.load.front = msg.title == floorTitle
	case floorLoaded:
		return f.answered(msg)
	case owedLoaded:
		return f.owes(msg)
	case recorded, undone:
		if f.load.front {
			return tea.Batch(f.reload(), f.readOwed())
		}
		return f.reload()
	case bell:
		return f.heard()
	case tick:
		if f.load.front && f.e.now().Second() == 0 {
			f.dirty = true
		}
	case teamLoaded:
		f.callers = nil
		for _, a := range msg.agents {
			f.names[a.ID] = callback.Line(a.Name)
			if !a.Gone && a.Role != callback.RoleTrainer {
				f.callers = append(f.callers, a.ID)
			}
		}
		f.dirty = true
	case themeChanged:
		f.dirty = true
	}
	return nil
}

// heard follows the bell: the cases always, since other screens count them,
// promises now and then.
func (f *floorScreen) heard() tea.Cmd {
	if f.load.front && f.e.now().Sub(f.load.asked) >= owedEvery {
		return tea.Batch(f.reload(), f.readOwed())
	}
	return f.reload()
}

func (f *floorScreen) reload() tea.Cmd {
	if f.load.flying {
		f.load.again = true
		return nil
	}
	f.load.flying, f.load.again = true, false
	return f.e.do.floor()
}

func (f *floorScreen) readOwed() tea.Cmd {
	f.load.asked = f.e.now()
	return f.e.do.owed()
}

func (f *floorScreen) answered(msg floorLoaded) tea.Cmd {
	f.load.flying = false
	if msg.err != nil {
		return send(failed{"read what waits for people", msg.err})
	}
	f.load.cases, f.list.cases = true, msg.rows
	f.regroup()
	if f.load.again {
		return f.reload()
	}
	return nil
}

func (f *floorScreen) owes(msg owedLoaded) tea.Cmd {
	if msg.err != nil {
		return send(failed{"read the promises", msg.err})
	}
	f.load.owed, f.list.owed = true, msg.rows
	f.regroup()
	return nil
}

func (f *floorScreen) name(id string) callback.Text {
	if n, ok := f.names[id]; ok && n.String() != "" {
		return n
	}
	return callback.Line(id)
}

func (f *floorScreen) key(msg tea.KeyPressMsg) tea.Cmd {
	k := f.e.keys.floor
	page := max(1, f.h-4)
	switch {
	case pressed(msg, k.move.up):
		f.move(-1)
	case pressed(msg, k.move.down):
		f.move(1)
	case pressed(msg, k.move.pageUp):
		f.move(-page)
	case pressed(msg, k.move.pageDown):
		f.move(page)
	case pressed(msg, k.move.top):
		f.move(-f.count())
	case pressed(msg, k.move.bottom):
		f.move(f.count())
	case pressed(msg, k.refresh):
		return tea.Batch(send(underway{say("Syncing…")}), f.reload(), f.readOwed(), f.e.do.syncNow())
	}
	r, ok := f.selected()
	if !ok {
		return nil
	}
	return f.act(msg, r)
}

// Keys implements screen: only what can be done with the row in hand.
func (f *floorScreen) Keys() help.KeyMap {
	k := f.e.keys.floor
	r, ok := f.selected()
	may := f.may(r)
	for b, on := range map[*key.Binding]bool{
		&k.call: ok && r.part != floorPromise || ok && r.state.Open(), &k.show: ok, &k.take: ok && may.take, &k.giveBack: ok && may.giveBack,
		&k.clear: ok && may.clear, &k.assign: ok && may.assign, &k.close: ok && may.close, &k.promise: ok && may.promise,
	} {
		b.SetEnabled(on)
	}
	acts := []key.Binding{k.take, k.giveBack, k.clear, k.assign, k.close, k.promise, k.call, k.show, k.refresh}
	return keySet{acts, [][]key.Binding{acts, k.move.all()}}
}
