package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// board is the screen of the team's figures over a period: standings, what
// calls did to scores, coverage, deadlines and promises.
type board struct {
	e      *env
	w, h   int
	at     int
	zone   *time.Location
	period callback.Period
	data   callback.Board
	names  []callback.Text
	goals  callback.Goals
	load   boardLoad
	top    int
	drawn  string
	dirty  bool
}

// boardLoad is what is being asked for.
type boardLoad struct {
	flying, again, loaded bool
	// shown tells that the board was in front once; until then it is not read.
	shown bool
}

// boardLoaded answers a question for a board.
type boardLoaded struct {
	period callback.Period
	board  callback.Board
	err    error
}

func newBoard(e *env) screen { return &board{e: e, at: 2, zone: e.zone, dirty: true} }

func (b *board) Title() string { return boardTitle }

func (b *board) Init() tea.Cmd { return nil }

func (b *board) Arrive() tea.Cmd {
	b.load.shown = true
	return b.reload()
}

func (b *board) SetSize(w, h int) { b.w, b.h, b.dirty = w, h, true }

func (b *board) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return b.key(msg)
	case tea.MouseWheelMsg:
		by := 3
		if msg.Button == tea.MouseWheelUp {
			by = -3
		}
		b.scroll(by)
	case boardLoaded:
		return b.answered(msg)
	case bell, recorded, undone:
		return b.reload()
	case teamLoaded:
		b.zone, b.goals, b.dirty = msg.policy.Location(), msg.policy.Goals, true
	case themeChanged:
		b.dirty = true
	}
	return nil
}

// reload reads the period in view again.
func (b *board) reload() tea.Cmd {
	if !b.load.shown {
		return nil
	}
	if b.load.flying {
		b.load.again = true
		return nil
	}
	p, err := callback.PeriodOf(callback.PeriodNames()[b.at], b.e.now(), b.zone)
	if err != nil {
		return send(failed{"read the board", err})
	}
	b.period, b.load.flying, b.load.again = p, true, false
	return b.e.do.board(p)
}

func (b *board) answered(msg boardLoaded) tea.Cmd {
	if msg.period != b.period {
		return nil
	}
	b.load.flying = false
	if msg.err != nil {
		return send(failed{"read the board", msg.err})
	}
	b.data, b.load.loaded, b.dirty = msg.board, true, true
	b.names = make([]callback.Text, len(msg.board.Standings))
	for i, s := range msg.board.Standings {
		b.names[i] = callback.Line(s.Name)
	}
	if b.load.again {
		return b.reload()
	}
	return nil
}

func (b *board) key(msg tea.KeyPressMsg) tea.Cmd {
	k := b.e.keys.board
	switch {
	case pressed(msg, k.nextPeriod):
		return b.turn(1)
	case pressed(msg, k.prevPeriod):
		return b.turn(-1)
	case pressed(msg, k.refresh):
		return tea.Batch(b.reload(), b.e.do.syncNow())
	case pressed(msg, k.move.down):
		b.scroll(1)
	case pressed(msg, k.move.up):
		b.scroll(-1)
	case pressed(msg, k.move.pageDown):
		b.scroll(b.h - 2)
	case pressed(msg, k.move.pageUp):
		b.scroll(2 - b.h)
	case pressed(msg, k.move.top):
		b.scroll(-b.top)
	case pressed(msg, k.move.bottom):
		b.scroll(1 << 20)
	}
	return nil
}

func (b *board) scroll(by int) { b.top, b.dirty = max(0, b.top+by), true }

// turn changes the period.
func (b *board) turn(by int) tea.Cmd {
	n := len(callback.PeriodNames())
	b.at, b.dirty = (b.at+by+n)%n, true
	b.load.flying = false
	return b.reload()
}

func (b *board) Keys() help.KeyMap {
	k := b.e.keys.board
	return keySet{
		[]key.Binding{k.prevPeriod, k.nextPeriod, k.move.up, k.move.down, k.refresh},
		[][]key.Binding{{k.nextPeriod, k.prevPeriod, k.refresh}, k.move.all()},
	}
}

func (b *board) View() string {
	if !b.dirty {
		return b.drawn
	}
	b.dirty = false
	lines := b.draw()
	b.top = clamp(b.top, 0, max(0, len(lines)-(b.h-1)))
	out := append([]string{b.periods(b.w)}, open(lines[b.top:], b.w, b.h-1)...)
	b.drawn = strings.Join(out, "\n")
	return b.drawn
}
