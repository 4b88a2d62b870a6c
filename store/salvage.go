package store

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"ringback/callback"
)

// salvage is outbox.log: every event again, in a form so simple that it can
// be read when the database beside it cannot. A record is a mark, a length, a
// CRC-32C and a sealed event.
type salvage struct {
	path string
	file *os.File
	seal sealer
	// gen tells one writing of the file from the next.
	gen [8]byte
	// end is where the next record goes.
	end int64
}

var (
	logMark    = [4]byte{0xF5, 'r', 'b', 'e'}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

const (
	logMagic  = "ringback log"
	logHeader = len(logMagic) + 2 + 8 + 8 // magic, schema, key id, generation
	logFrame  = 4 + 4 + 4                 // mark, length, checksum
	logBucket = "log"
	// maxRecord bounds a record, so that a damaged length cannot ask for much.
	maxRecord = 4 * callback.MaxEventBytes
)

var errLogHead = errors.New("its beginning is damaged")

// openSalvage opens the log, or makes an empty one. A log whose head cannot be
// read is errLogHead; it is still open, and read can find its records.
func openSalvage(path string, s sealer) (*salvage, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	l := &salvage{path: path, file: f, seal: s}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l.end = info.Size()
	if l.end == 0 {
		if err := l.begin(); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return l, nil
	}
	head := make([]byte, logHeader)
	if _, err := f.ReadAt(head, 0); err != nil || string(head[:len(logMagic)]) != logMagic {
		return l, errLogHead
	}
	rest := head[len(logMagic):]
	if v := binary.BigEndian.Uint16(rest); v > fileSchema {
		return nil, errors.Join(newerError(path, v, fileSchema), f.Close())
	}
	copy(l.gen[:], rest[10:18])
	if !s.knows(rest[2:10]) {
		return l, errKey
	}
	return l, nil
}

// errKey tells that a file was sealed with another key.
var errKey = errors.New("sealed with another key")

func (l *salvage) begin() error {
	head := append([]byte(logMagic), 0, 0)
	binary.BigEndian.PutUint16(head[len(logMagic):], fileSchema)
	id := l.seal.id()
	head = append(head, id[:]...)
	_, _ = rand.Read(l.gen[:])
	head = append(head, l.gen[:]...)
	if _, err := l.file.WriteAt(head, 0); err != nil {
		return err
	}
	l.end = int64(len(head))
	return flushData(l.file)
}

// frame appends an event's record to b.
func (l *salvage) frame(b []byte, event []byte) []byte {
	at := len(b)
	b = append(b, logMark[:]...)
	b = append(b, make([]byte, logFrame-len(logMark))...)
	b = l.seal.seal(b, logBucket, nil, event)
	body := b[at+logFrame:]
	binary.BigEndian.PutUint32(b[at+4:], uint32(len(body)))
	binary.BigEndian.PutUint32(b[at+8:], crc32.Checksum(body, castagnoli))
	return b
}

// append writes an event and waits until it is on disk. When it fails the log
// is as before.
func (l *salvage) append(event []byte) error {
	b := l.frame(make([]byte, 0, len(event)+logFrame+sealExtra), event)
	_, err := l.file.WriteAt(b, l.end)
	if err == nil {
		err = flushData(l.file)
	}
	if err != nil {
		_ = l.file.Truncate(l.end)
		return err
	}
	l.end += int64(len(b))
	return nil
}

// cut takes back what was appended after end. Failure does no harm: the
// database remembers how far the log counts.
func (l *salvage) cut(end int64) {
	if l.file.Truncate(end) == nil {
		l.end = end
	}
}

// found is what reading the log gave.
type found struct {
	events []callback.Event
	// bad counts damaged stretches.
	bad int
	// end is where the last sound record ends, or 0 if there was none.
	end int64
}

// read gives the events from an offset on. Damaged stretches are stepped over
// to the next record that proves sound.
func (l *salvage) read(from int64) (found, error) {
	var out found
	data, err := io.ReadAll(io.NewSectionReader(l.file, from, 1<<62))
	if err != nil {
		return out, err
	}
	inBad := false
	for at := 0; at < len(data); {
		event, n, ok := l.record(data[at:])
		if !ok {
			if !inBad {
				out.bad++
				inBad = true
			}
			next := bytes.Index(data[at+1:], logMark[:])
			if next < 0 {
				break
			}
			at += 1 + next
			continue
		}
		inBad = false
		out.events = append(out.events, event)
		at += n
		out.end = from + int64(at)
	}
	return out, nil
}

// record reads the record that data begins with.
func (l *salvage) record(data []byte) (e callback.Event, n int, ok bool) {
	if len(data) < logFrame || [4]byte(data) != logMark {
		return e, 0, false
	}
	size := int(binary.BigEndian.Uint32(data[4:]))
	if size > maxRecord || len(data) < logFrame+size {
		return e, 0, false
	}
	body := data[logFrame : logFrame+size]
	if crc32.Checksum(body, castagnoli) != binary.BigEndian.Uint32(data[8:]) {
		return e, 0, false
	}
	plain, err := l.seal.open(nil, logBucket, nil, body)
	if err != nil || json.Unmarshal(plain, &e) != nil {
		return e, 0, false
	}
	return e, logFrame + size, true
}

// rewrite replaces the log by one that holds just these events: copy, flush,
// rename, flush the folder.
func (l *salvage) rewrite(events []callback.Event) error {
	tmp := l.path + ".new"
	f, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	fresh := &salvage{path: l.path, file: f, seal: l.seal}
	if err := fresh.fill(events); err != nil {
		return errors.Join(err, f.Close(), os.Remove(tmp))
	}
	if err := os.Rename(tmp, l.path); err != nil {
		return errors.Join(err, f.Close(), os.Remove(tmp))
	}
	if err := flushDir(filepath.Dir(l.path)); err != nil {
		return errors.Join(err, f.Close())
	}
	old := l.file
	*l = *fresh
	return old.Close()
}

func (l *salvage) fill(events []callback.Event) error {
	if err := l.begin(); err != nil {
		return err
	}
	var b []byte
	for _, e := range events {
		raw, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode event %s: %w", e.ID, err)
		}
		b = l.frame(b, raw)
	}
	if _, err := l.file.WriteAt(b, l.end); err != nil {
		return err
	}
	l.end += int64(len(b))
	return flushData(l.file)
}

// flushDir makes the names in a folder durable. Windows keeps them so by
// itself, and cannot be asked to.
func flushDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
