package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"time"

	"ringback/callback"
)

// contentHash identifies an event's content: who said what about which case, and
// when. Stream and number are left out, because a desk that begins a new
// stream sends the same events under other numbers; so is what the desk knew
// of its clock, which it may learn later.
func contentHash(team string, ev callback.Event) []byte {
	h := sha256.New()
	for _, part := range [][]byte{
		[]byte(ev.ID), []byte(team), []byte(ev.Agent), []byte(ev.Kind), []byte(ev.CaseID),
		[]byte(strconv.FormatUint(ev.Fence, 10)), []byte(ev.At.UTC().Format(time.RFC3339Nano)), canonical(ev.Payload),
	} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		_, _ = h.Write(size[:])
		_, _ = h.Write(part)
	}
	return h.Sum(nil)
}

// canonical writes JSON so that equal values are equal bytes: keys sorted, no
// spaces, numbers as they were written. What is not JSON stays as it is.
func canonical(raw json.RawMessage) []byte {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return raw
	}
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}
