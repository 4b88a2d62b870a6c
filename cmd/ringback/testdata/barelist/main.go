// Command barelist is the least a queue in the terminal can be: a Bubble Tea
// list over one bbolt bucket that reads one page of rows at a time. The
// benchmarks of cmd/ringback hold the desk against it.
//
//	barelist fill FILE < rows.jsonl
//	barelist FILE
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"go.etcd.io/bbolt"
)

var bucket = []byte("rows")

// item is what a line of the list needs of a row.
type item struct {
	ID       string `json:"id"`
	Customer struct {
		Name  string `json:"name"`
		Phone struct {
			E164 string `json:"e164"`
		} `json:"phone"`
	} `json:"customer"`
	Kind string `json:"kind"`
}

// list shows the rows from top on, with the one in hand at at.
type list struct {
	db     *bbolt.DB
	total  int
	at     int
	top    int
	first  int
	page   []item
	width  int
	height int
	err    error
}

func (l list) Init() tea.Cmd { return nil }

func (l list) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		l.width, l.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q", "ctrl+c":
			return l, tea.Quit
		case "j", "down":
			l.at = min(l.total-1, l.at+1)
		case "k", "up":
			l.at = max(0, l.at-1)
		}
	}
	rows := max(1, l.height-1)
	l.top = min(max(l.top, l.at-rows+1), l.at)
	if l.top < l.first || l.top+rows > l.first+len(l.page) {
		l.load(max(0, l.top-rows), 3*rows)
	}
	return l, nil
}

// load reads one page.
func (l *list) load(first, n int) {
	l.first, l.page = first, nil
	l.err = l.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucket).Cursor()
		for k, v := c.Seek(key(first)); k != nil && len(l.page) < n; k, v = c.Next() {
			var it item
			if err := json.Unmarshal(v, &it); err != nil {
				return err
			}
			l.page = append(l.page, it)
		}
		return nil
	})
}

func (l list) View() tea.View {
	var b strings.Builder
	for i := range max(0, l.height-1) {
		n := l.top + i - l.first
		if n < 0 || n >= len(l.page) {
			break
		}
		mark := "  "
		if l.top+i == l.at {
			mark = "> "
		}
		it := l.page[n]
		line := []rune(fmt.Sprintf("%s%-10s %-30s %s", mark, it.Kind, it.Customer.Name, it.Customer.Phone.E164))
		b.WriteString(string(line[:min(len(line), l.width)]) + "\n")
	}
	fmt.Fprintf(&b, "%d of %d", l.at+1, l.total)
	v := tea.NewView(b.String())
	v.AltScreen = true
	return v
}

func key(i int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(i)) }

// fill writes the lines of standard input as rows 0, 1, 2…
func fill(db *bbolt.DB) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for n, more := 0, true; more; {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(bucket)
			if err != nil {
				return err
			}
			for range 5000 {
				if more = in.Scan(); !more {
					return in.Err()
				}
				if err := b.Put(key(n), append([]byte(nil), in.Bytes()...)); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func run(args []string) error {
	if len(args) == 2 && args[0] == "fill" {
		db, err := bbolt.Open(args[1], 0o600, &bbolt.Options{NoFreelistSync: true})
		if err != nil {
			return err
		}
		defer db.Close()
		return fill(db)
	}
	if len(args) != 1 {
		return fmt.Errorf("usage: barelist FILE, or: barelist fill FILE < rows.jsonl")
	}
	db, err := bbolt.Open(args[0], 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer db.Close()
	l := list{db: db}
	if err := db.View(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(bucket).Cursor().Last(); k != nil {
			l.total = int(binary.BigEndian.Uint64(k)) + 1
		}
		return nil
	}); err != nil {
		return err
	}
	_, err = tea.NewProgram(l).Run()
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "barelist:", err)
		os.Exit(1)
	}
}
