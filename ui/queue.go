package ui

import (
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// queue is the screen of who to call next: the list, and beside it the case in
// hand with their own words, what happened so far and why it goes first.
type queue struct {
	e      *env
	w, h   int
	win    queueWindow
	load   queueLoad
	filter queueFilter
	side   queueSide
	floor  floorCounts
	ahead  queueAhead
	draw   queueDraw
}

// queueLoad is what is known of the page on show and what is being asked for.
type queueLoad struct {
	// ask numbers the question in flight; answers to older ones are dropped.
	ask    int
	flying bool
	again  bool
	// seek is the case that another screen asked to be shown.
	seek string
	// asksWhy tells that the agent wants to know what the cases wait for.
	asksWhy bool
	// loaded tells that there was an answer.
	loaded bool
	page   callback.QueuePage
	link   callback.LinkStatus
	pack   callback.PackBrief
}

// queueLoaded answers a question for a page.
type queueLoaded struct {
	ask   int
	query callback.QueueQuery
	page  callback.QueuePage
	// rows are the page's, cleaned where it costs no key a wait.
	rows []queueRow
	err  error
}

// queueCaseLoaded answers for a case in hand or beside it, as of a turn.
type queueCaseLoaded struct {
	turn int
	id   string
	view callback.CaseView
	err  error
}

func newQueue(e *env) screen {
	return &queue{e: e, side: queueSide{names: map[string]callback.Text{}}, filter: newQueueFilter(e)}
}

func (q *queue) Title() string { return queueTitle }

func (q *queue) Init() tea.Cmd { return q.reload() }

func (q *queue) Arrive() tea.Cmd { return q.reload() }

// Typing tells that the filter takes the keys.
func (q *queue) Typing() bool { return q.filter.typing }

func (q *queue) SetSize(w, h int) {
	q.w, q.h = w, h
	q.win.height = q.listHeight()
	q.win.follow()
	q.draw.reset()
}

func (q *queue) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return q.key(msg)
	case tea.PasteMsg:
		return q.typed(msg)
	case tea.MouseClickMsg:
		return q.click(msg)
	case tea.MouseWheelMsg:
		return q.wheel(msg)
	case queueLoaded:
		return q.answered(msg)
	case queueCaseLoaded:
		return q.caseAnswered(msg)
	case whyLoaded:
		return q.explained(msg)
	case filterDue:
		return q.filterNow(msg)
	case packAsked:
		return q.take(msg, "")
	case packTaken:
		return q.taken(msg)
	case packReturned:
		return q.returned(msg)
	case recorded:
		return q.passOver(msg)
	case bell, undone:
		return q.reload()
	case tick:
		return q.minute()
	case showCase:
		return q.seek(msg.caseID)
	case floorLoaded:
		if msg.err == nil && q.floor.take(msg.floor) {
			q.draw.dirty = true
		}
	case linkChanged:
		if q.load.link != msg.status || q.load.pack != msg.pack {
			q.load.link, q.load.pack, q.draw.dirty = msg.status, msg.pack, true
		}
	case teamLoaded:
		if q.side.team(msg) {
			q.draw.reset()
		}
	case themeChanged:
		q.filter.input.SetStyles(q.e.styles.input())
		q.draw.reset()
	}
	return nil
}

// minute reloads once a minute: places depend on the time.
func (q *queue) minute() tea.Cmd {
	if m := q.e.now().Truncate(time.Minute); !m.Equal(q.draw.minute) && q.load.loaded {
		q.draw.minute = m
		q.draw.reset()
		return q.reload()
	}
	return nil
}

// passOver goes on after the case in hand was skipped or escalated, to the next
// one to call: it may stand where it stood, or far down, and enter must not call
// it. After a call was saved it goes back to whoever is to be called first, unless
// the call was another one and whoever is in hand can be called.
func (q *queue) passOver(msg recorded) tea.Cmd {
	row, ok := q.win.selected()
	switch {
	case msg.kind == callback.KindCallRecorded && (msg.caseID == q.win.id || ok && !row.raw.Ready):
		q.win.restart()
	case msg.caseID != q.win.id:
	case msg.kind == callback.KindCaseSkipped || msg.kind == callback.KindCaseEscalated:
		q.win.move(q.win.nextCall() - q.win.at)
		return tea.Batch(q.settle(), q.reload())
	}
	return q.reload()
}

// reload asks for the page around the case in hand. While a question is in
// flight, one more is remembered, however often it is asked.
func (q *queue) reload() tea.Cmd {
	if q.load.flying {
		q.load.again = true
		return nil
	}
	q.load.ask++
	q.load.flying, q.load.again = true, false
	return q.e.do.queue(q.load.ask, q.win.query(q.filter.active))
}

func (q *queue) answered(msg queueLoaded) tea.Cmd {
	if msg.ask != q.load.ask {
		return nil
	}
	q.load.flying = false
	if msg.err != nil {
		return send(failed{"read the queue", msg.err})
	}
	if q.load.loaded && msg.query.Filter != q.filter.active {
		return q.reload()
	}
	var cmds []tea.Cmd
	if left := q.win.apply(msg); left.String() != "" {
		cmds = append(cmds, send(notice{left.String() + " is no longer in the queue."}))
	}
	if q.load.seek != "" {
		if q.win.id != q.load.seek {
			cmds = append(cmds, send(notice{"That case is not in the queue any more."}))
		}
		q.load.seek = ""
	}
	around := q.win.height
	if !q.load.loaded {
		around = 0 // the first page is small, to be there soon
	}
	q.load.page, q.load.loaded = msg.page, true
	q.draw.minute = q.e.now().Truncate(time.Minute)
	q.load.page.Rows = nil // the window holds them
	q.draw.reset()
	q.side.stale = true
	q.ahead.forget()
	if q.load.again || q.win.missing(around) && q.win.query(q.filter.active) != msg.query {
		cmds = append(cmds, q.reload())
	}
	return tea.Batch(append(cmds, q.look())...)
}

// seek puts the selection on a case, wherever it stands in the queue.
func (q *queue) seek(id string) tea.Cmd {
	q.filter.input.SetValue("")
	q.stopTyping()
	q.filter.active, q.load.flying, q.load.seek = "", false, id
	q.win.id, q.win.touched = id, true
	return q.reload()
}

// key acts on a key of the list, or gives it to the filter.
func (q *queue) key(msg tea.KeyPressMsg) tea.Cmd {
	k := q.e.keys.queue
	if q.filter.typing {
		return q.filterKey(msg)
	}
	row, ok := q.win.selected()
	switch {
	case q.moved(msg):
		return q.settle()
	case pressed(msg, k.filter):
		q.filter.typing = true
		q.win.height = q.listHeight()
		q.draw.dirty = true
		return q.filter.input.Focus()
	case pressed(msg, k.clear) && q.filter.active != "":
		q.filter.input.SetValue("")
		return q.refilter("")
	case pressed(msg, k.refresh):
		return tea.Batch(send(underway{say("Syncing…")}), q.reload(), q.e.do.syncNow())
	case pressed(msg, k.inbound):
		return q.e.ask(newInbound(q.e))
	case pressed(msg, k.outside):
		return q.e.ask(newOutside(q.e, false, "", ""))
	case pressed(msg, k.why):
		q.load.asksWhy = true
		return q.e.await(q.e.do.why())
	case pressed(msg, k.take):
		return q.e.await(q.e.do.askPack())
	case pressed(msg, k.giveBack):
		return q.e.do.returnPack()
	case pressed(msg, k.view):
		q.side.shown = !q.side.shown
		q.draw.dirty = true
	case pressed(msg, k.scrollDown):
		q.scroll(3)
	case pressed(msg, k.scrollUp):
		q.scroll(-3)
	case !ok:
		return nil
	}
	return q.act(msg, row)
}

// act acts on the case in hand.
func (q *queue) act(msg tea.KeyPressMsg, row queueRow) tea.Cmd {
	k := q.e.keys.queue.act
	switch {
	case pressed(msg, k.call):
		return q.e.follow(send(openCall{caseID: row.id}))
	case pressed(msg, k.skip):
		return q.e.ask(newSkip(q.e, row))
	case pressed(msg, k.note):
		return q.e.ask(newNote(q.e, row))
	case pressed(msg, k.promises):
		return q.promises(row)
	case pressed(msg, k.escalate):
		return q.e.ask(newEscalate(q.e, row))
	case pressed(msg, k.copyNumber):
		return q.copy(row)
	}
	return nil
}

// moved moves the selection and tells whether the key was one to move by.
func (q *queue) moved(msg tea.KeyPressMsg) bool {
	m, page := q.e.keys.queue.move, max(1, q.win.height-1)
	switch {
	case pressed(msg, m.up):
		q.win.move(-1)
	case pressed(msg, m.down):
		q.win.move(1)
	case pressed(msg, m.pageUp):
		q.win.move(-page)
	case pressed(msg, m.pageDown):
		q.win.move(page)
	case pressed(msg, m.top):
		q.win.move(-q.win.total)
	case pressed(msg, m.bottom):
		q.win.move(q.win.total)
	default:
		return false
	}
	return true
}

// settle follows a move: it draws, and loads what came into reach.
func (q *queue) settle() tea.Cmd {
	q.draw.dirty, q.side.top = true, 0
	if q.win.starving() {
		return tea.Batch(q.reload(), q.look())
	}
	return q.look()
}

func (q *queue) scroll(by int) {
	q.side.top = max(0, q.side.top+by)
	q.draw.dirty = true
}

func (q *queue) copy(row queueRow) tea.Cmd {
	if row.phone.String() == "" {
		return send(failed{"copy the number", callback.Errorf(callback.CodeInvalid, "%s has no number", row.customer)})
	}
	return tea.Batch(tea.SetClipboard(row.phone.String()), send(notice{"Copied " + row.phone.String() + "."}))
}

func (q *queue) click(msg tea.MouseClickMsg) tea.Cmd {
	at := q.win.top + msg.Y - q.listTop()
	if msg.Y < q.listTop() || msg.X >= q.listWidth() || at >= q.win.total || msg.Y >= q.listTop()+q.win.height {
		return nil
	}
	q.win.move(at - q.win.at)
	return q.settle()
}

func (q *queue) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	by := 1
	if msg.Button == tea.MouseWheelUp {
		by = -1
	}
	if msg.X >= q.listWidth() {
		q.scroll(by)
		return nil
	}
	q.win.move(3 * by)
	return q.settle()
}

// Keys implements screen.
func (q *queue) Keys() help.KeyMap {
	k := q.e.keys.queue
	k.clear.SetEnabled(q.filter.active != "")
	k.giveBack.SetEnabled(q.load.pack.Left > 0)
	row, ok := q.win.selected()
	if ok && !row.raw.Ready {
		k.act.call = named(k.act.call, "open")
	}
	for _, b := range []*key.Binding{&k.act.call, &k.act.skip, &k.act.note, &k.act.escalate, &k.act.copyNumber} {
		b.SetEnabled(ok)
	}
	k.act.promises.SetEnabled(ok && len(q.side.owed()) > 0 && q.side.id == q.win.id)
	short := []key.Binding{k.act.call, k.filter, k.clear, k.act.promises, k.act.skip, k.act.note, k.inbound, k.outside, k.take, k.giveBack, k.act.escalate, k.act.copyNumber, k.why, k.view, k.refresh}
	if q.filter.typing {
		d := q.e.keys.dialog
		short = []key.Binding{d.ok, d.cancel}
		return keySet{short, [][]key.Binding{short}}
	}
	return keySet{short, [][]key.Binding{
		{k.act.call, k.act.skip, k.act.note, k.act.promises, k.act.escalate, k.act.copyNumber, k.inbound, k.outside, k.take, k.giveBack, k.why, k.refresh}, k.move.all(), {k.filter, k.clear, k.view, k.scrollDown, k.scrollUp},
	}}
}
