package phone

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// field is one line of a manager message.
type field struct{ key, value string }

// message is one manager message: lines "Key: Value", ended by an empty line.
type message []field

// get gives the first value of a key; case does not matter.
func (m message) get(key string) string {
	for _, f := range m {
		if strings.EqualFold(f.key, key) {
			return f.value
		}
	}
	return ""
}

// encode writes a message as the wire wants it. No value can end its line:
// control characters are dropped, so that a name from a survey cannot become a
// header.
func (m message) encode() []byte {
	var b strings.Builder
	for _, f := range m {
		b.WriteString(f.key + ": " + oneLine(f.value) + "\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// The bounds of what a telephone system may send. Asterisk's own longest
// message, the list of its commands, has some 20 kB; its lines have 1 kB.
const (
	maxLine    = 16 << 10
	maxMessage = 256 << 10
)

// wire is a connection on which messages come in on their own accord.
type wire struct {
	conn net.Conn
	in   chan message
	// lost is closed when nothing comes in any more, and why is set then.
	lost chan struct{}
	why  error
	stop chan struct{}
}

// newWire reads messages from a connection, after its banner, until close.
func newWire(conn net.Conn, r *bufio.Reader) *wire {
	w := &wire{conn: conn, in: make(chan message), lost: make(chan struct{}), stop: make(chan struct{})}
	go func() {
		w.why = w.receive(r)
		close(w.lost)
	}()
	return w
}

func (w *wire) receive(r *bufio.Reader) error {
	for {
		m, err := readMessage(r)
		if err != nil {
			return err
		}
		select {
		case w.in <- m:
		case <-w.stop:
			return net.ErrClosed
		}
	}
}

// close ends the connection and its reader.
func (w *wire) close() {
	close(w.stop)
	_ = w.conn.Close()
	<-w.lost
}

// next waits for a message.
func (w *wire) next(ctx context.Context) (message, error) {
	select {
	case m := <-w.in:
		return m, nil
	case <-w.lost:
		return nil, w.why
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// writePatience bounds how long a few hundred bytes may take to leave, and
// goodbyePatience how long a goodbye may, which is mere courtesy.
const (
	writePatience   = 5 * time.Second
	goodbyePatience = 200 * time.Millisecond
)

func (w *wire) send(m message, patience time.Duration) error {
	if err := w.conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("send %s: %w", m[0].value, err)
	}
	if _, err := w.conn.Write(m.encode()); err != nil {
		return fmt.Errorf("send %s: %w", m[0].value, err)
	}
	return nil
}

// ask sends an action and waits for its response; every event that comes in
// meanwhile goes to see. id must be new on this connection.
func (w *wire) ask(ctx context.Context, id string, action message, see func(message)) (message, error) {
	if err := w.send(append(action, field{"ActionID", id}), writePatience); err != nil {
		return nil, err
	}
	for {
		m, err := w.next(ctx)
		if err != nil {
			return nil, err
		}
		if m.get("Response") == "" || m.get("Event") != "" {
			see(m)
			continue
		}
		// Some versions forget the id in a response to what they cannot parse.
		if got := m.get("ActionID"); got == id || got == "" {
			return m, nil
		}
	}
}

// readBanner reads the line that a telephone system greets with.
func readBanner(r *bufio.Reader) (string, error) {
	line, err := readLine(r)
	if err != nil {
		return "", err
	}
	version, ok := strings.CutPrefix(line, "Asterisk Call Manager/")
	if !ok {
		return "", errNotAMI
	}
	return version, nil
}

var (
	errNotAMI  = errors.New("what answers there is no Asterisk manager interface")
	errTooLong = errors.New("the message is too long")
)

// readMessage reads lines until an empty one. What is no "Key: Value" line is
// passed over.
func readMessage(r *bufio.Reader) (message, error) {
	var m message
	for size := 0; ; {
		line, err := readLine(r)
		if err != nil {
			return nil, err
		}
		if line == "" {
			if len(m) == 0 {
				continue
			}
			return m, nil
		}
		if size += len(line); size > maxMessage {
			return nil, errTooLong
		}
		if key, value, ok := strings.Cut(line, ":"); ok {
			m = append(m, field{strings.TrimSpace(key), strings.TrimSpace(value)})
		}
	}
}

// readLine reads a line without its end. A connection that closes inside a
// line loses it.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", errTooLong
	case err == io.EOF && len(line) > 0:
		return "", io.ErrUnexpectedEOF
	case err != nil:
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}
