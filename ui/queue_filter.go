package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// queueFilter is the words that rows are chosen by.
type queueFilter struct {
	input  textinput.Model
	typing bool
	// ask numbers the last change; the filter runs when typing pauses.
	ask int
	// active is the filter behind the page on show.
	active string
}

// filterPause is how long typing must pause before the filter runs.
const filterPause = 120 * time.Millisecond

// filterDue comes when typing paused after a change.
type filterDue struct{ ask int }

func newQueueFilter(e *env) queueFilter {
	f := queueFilter{input: textinput.New()}
	f.input.Prompt = "/ "
	f.input.Placeholder = "name, number, product or words"
	f.input.CharLimit = 100
	f.input.SetStyles(e.styles.input())
	return f
}

// filterKey types into the filter.
func (q *queue) filterKey(msg tea.KeyPressMsg) tea.Cmd {
	d, m := q.e.keys.dialog, q.e.keys.queue.move
	switch {
	case pressed(msg, d.cancel):
		q.stopTyping()
		q.filter.input.SetValue("")
		return q.refilter("")
	case pressed(msg, d.ok):
		q.stopTyping()
		return q.refilter(q.filter.input.Value())
	case msg.Text == "" && (pressed(msg, m.up) || pressed(msg, m.down)):
		q.moved(msg)
		return q.settle()
	}
	return q.typed(msg)
}

func (q *queue) stopTyping() {
	q.filter.typing = false
	q.filter.input.Blur()
	q.win.height = q.listHeight()
	q.draw.dirty = true
}

// typed gives text to the filter and runs it when typing pauses.
func (q *queue) typed(msg tea.Msg) tea.Cmd {
	if !q.filter.typing {
		return nil
	}
	before := q.filter.input.Value()
	var cmd tea.Cmd
	q.filter.input, cmd = q.filter.input.Update(msg)
	q.draw.dirty = true
	if q.filter.input.Value() == before {
		return cmd
	}
	q.filter.ask++
	return tea.Batch(cmd, q.e.do.after(filterPause, filterDue{q.filter.ask}))
}

func (q *queue) filterNow(msg filterDue) tea.Cmd {
	if msg.ask != q.filter.ask || !q.filter.typing {
		return nil
	}
	return q.refilter(q.filter.input.Value())
}

// refilter asks for the rows of a filter; what is being asked for is given up.
func (q *queue) refilter(words string) tea.Cmd {
	words = strings.TrimSpace(words)
	q.draw.dirty = true
	if words == q.filter.active {
		return nil
	}
	q.filter.active = words
	q.load.flying = false
	if words != "" {
		q.win.restart()
	}
	return q.reload()
}
