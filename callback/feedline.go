package callback

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
)

// AppendLine writes a document as a line of the feed, with its line feed.
func (d Doc) AppendLine(b []byte) []byte {
	b = append(b, d.Type...)
	b = append(b, '\t')
	b = append(b, d.ID...)
	b = append(b, '\t')
	b = strconv.AppendUint(b, d.Pos, 10)
	b = append(b, '\t')
	b = strconv.AppendInt(b, int64(d.Schema), 10)
	b = append(b, '\t')
	b = base64.RawStdEncoding.AppendEncode(b, d.Rank)
	b = append(b, '\t')
	b = append(b, d.Body...)
	return append(b, '\n')
}

// ParseLine reads a line of the feed, without its line feed. The body shares
// the line's memory.
func ParseLine(line []byte) (Doc, error) {
	var part [5][]byte
	rest := line
	for i := range part {
		var ok bool
		if part[i], rest, ok = bytes.Cut(rest, []byte{'\t'}); !ok {
			return Doc{}, fmt.Errorf("read feed line: %d of 6 parts", i+1)
		}
	}
	pos, err := strconv.ParseUint(string(part[2]), 10, 64)
	if err != nil {
		return Doc{}, fmt.Errorf("read feed line: position: %w", err)
	}
	schema, err := strconv.Atoi(string(part[3]))
	if err != nil {
		return Doc{}, fmt.Errorf("read feed line: schema: %w", err)
	}
	d := Doc{Type: DocType(part[0]), ID: string(part[1]), Pos: pos, Schema: schema}
	if d.Type == "" || d.ID == "" {
		return Doc{}, fmt.Errorf("read feed line: type or id is empty")
	}
	if len(part[4]) > 0 {
		if d.Rank, err = base64.RawStdEncoding.DecodeString(string(part[4])); err != nil {
			return Doc{}, fmt.Errorf("read feed line: rank: %w", err)
		}
	}
	if len(rest) > 0 {
		d.Body = rest
	}
	return d, nil
}
