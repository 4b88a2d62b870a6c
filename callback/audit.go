package callback

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// AuditAct is one row of the audit: what somebody did who keeps the house. Rows
// form a chain, so that a change of one of them shows. They hold ids, numbers
// and words of ringback's own, never what a person wrote.
type AuditAct struct {
	// N counts the acts of the whole server from 1, without holes.
	N int64 `json:"n"`
	// At is the server's clock; UTC, whole microseconds.
	At time.Time `json:"at"`
	// Who is a user's id, "operator" at the server's console, or "server".
	Who string `json:"who"`
	// Device is the desk it was done at; empty for the console and for
	// programs without a desk.
	Device string `json:"device,omitempty"`
	Team   string `json:"team,omitempty"`
	// What was done, such as user.close; Target is what it was done to.
	What   string `json:"what"`
	Target string `json:"target,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Prev is the hash of the act before, empty for the first one; Hash is this
	// act's own. Hex.
	Prev string `json:"prev"`
	Hash string `json:"hash"`
}

// Sum computes an act's hash from the hash before it and the row: SHA-256 over
// each part behind its length, so that no two rows read alike.
func (a AuditAct) Sum() string {
	h := sha256.New()
	for _, part := range []string{
		a.Prev, strconv.FormatInt(a.N, 10), strconv.FormatInt(a.At.UnixMicro(), 10), a.Who, a.Device, a.Team, a.What, a.Target, a.Detail,
	} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		_, _ = h.Write(size[:])
		_, _ = h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// AuditHead names the end of the audit: noted elsewhere, it shows later that
// nothing before it was changed or cut off.
type AuditHead struct {
	N    int64  `json:"n"`
	Hash string `json:"hash"`
}

// String writes a head as it is noted: 42:9f86….
func (h AuditHead) String() string { return strconv.FormatInt(h.N, 10) + ":" + h.Hash }

// ParseAuditHead reads a noted head; CodeInvalid if it is none.
func ParseAuditHead(text string) (AuditHead, error) {
	n, hash, ok := strings.Cut(strings.TrimSpace(text), ":")
	count, err := strconv.ParseInt(n, 10, 64)
	raw, hexErr := hex.DecodeString(hash)
	if !ok || err != nil || count < 0 || hexErr != nil || len(raw) != sha256.Size && count > 0 {
		return AuditHead{}, Errorf(CodeInvalid, "%q is no head of an audit", Line(text)).WithHint("it looks like 42: and 64 letters and digits, as audit verify prints it")
	}
	return AuditHead{N: count, Hash: strings.ToLower(hash)}, nil
}

// AuditPage is a page of the audit, the oldest act first.
type AuditPage struct {
	Acts []AuditAct `json:"acts"`
	Head AuditHead  `json:"head"`
	// More tells that another page waits, after the last act's number.
	More bool `json:"more,omitempty"`
}

// AuditReport is what a check of the audit found.
type AuditReport struct {
	OK bool `json:"ok"`
	// Acts counts those that were checked, Head is the end of the chain as far
	// as it is whole.
	Acts int64     `json:"acts"`
	Head AuditHead `json:"head"`
	// Broken is the number of the first act that does not fit, 0 if all do, and
	// Problem says what is wrong there.
	Broken  int64  `json:"broken,omitempty"`
	Problem string `json:"problem,omitempty"`
	// Restore is the act that explains it, if one does: the database was set
	// back to a backup, and later acts were lost with what it was.
	Restore *AuditAct `json:"restore,omitempty"`
	// noted tells that it is the noted head that does not fit.
	noted bool
}

// AuditCheck follows the chain from its beginning. The zero value is ready; Noted
// may be set first.
type AuditCheck struct {
	// Noted is a head that was written down elsewhere; the zero value means
	// none.
	Noted AuditHead
	// AcceptRestore takes a noted head for settled whose acts a restore, told by
	// an act of the chain itself, has lost.
	AcceptRestore bool

	head     AuditHead
	restores []AuditAct
	fault    *AuditReport
}

// Add takes the next act. After the first fault it looks no further.
func (c *AuditCheck) Add(a AuditAct) {
	if c.fault != nil {
		return
	}
	want := c.head.N + 1
	if a.What == ActHistoryBegun {
		c.restores = append(c.restores, a)
	}
	switch {
	case a.N < want:
		c.fail(a.N, "act %d comes twice or out of order", a.N)
	case a.N > want:
		c.fail(want, "act %d is missing", want)
	case a.Prev != c.head.Hash:
		c.fail(a.N, "act %d does not follow the one before it", a.N)
	case a.Sum() != a.Hash:
		c.fail(a.N, "act %d was changed", a.N)
	case a.N == c.Noted.N && a.Hash != c.Noted.Hash && !c.settled():
		c.fail(a.N, "act %d is not the one that was noted: the audit was written anew up to here", a.N)
		c.fault.noted = true
	}
	if c.fault == nil {
		c.head = AuditHead{a.N, a.Hash}
	}
}

func (c *AuditCheck) fail(n int64, format string, args ...any) {
	c.fault = &AuditReport{Broken: n, Problem: fmt.Sprintf(format, args...)}
}

// settled tells whether the noted head may be left out: a restore explains why
// it is not there, and that was accepted.
func (c *AuditCheck) settled() bool { return c.AcceptRestore && c.restore() != nil }

// restore gives the act that explains why the noted head is not in the chain:
// the first that began a history where acts after it, the noted one among them,
// were lost.
func (c *AuditCheck) restore() *AuditAct {
	for i, a := range c.restores {
		if was, ok := a.formerHead(); a.N <= c.Noted.N && (!ok || was.N > c.Noted.N || was == c.Noted) {
			return &c.restores[i]
		}
	}
	return nil
}

// ActHistoryBegun is what an act is called that begins a history of the server
// after another: a backup took the place of its database. Its detail is that of
// HistoryBegun.
const ActHistoryBegun = "history.begin"

// HistoryBegun is the detail of ActHistoryBegun: the end of the audit of the
// database before, or empty when that could not be read.
func HistoryBegun(was AuditHead) string {
	if was.N == 0 {
		return ""
	}
	return "was " + strconv.FormatInt(was.N, 10) + " " + was.Hash
}

// formerHead reads the detail that HistoryBegun wrote.
func (a AuditAct) formerHead() (AuditHead, bool) {
	words := strings.Fields(a.Detail)
	if len(words) != 3 {
		return AuditHead{}, false
	}
	h, err := ParseAuditHead(words[1] + ":" + words[2])
	return h, err == nil
}

// End gives the result. stored is the head that the server keeps beside the
// rows: it shows that the last ones were cut off.
func (c *AuditCheck) End(stored AuditHead) AuditReport {
	if c.fault == nil {
		switch {
		case stored.N > c.head.N:
			c.fail(c.head.N+1, "act %d and what follows was cut off: %d are on record", c.head.N+1, stored.N)
		case stored != c.head:
			c.fail(c.head.N, "the end of the audit is not act %d, as the server has it, but act %d", stored.N, c.head.N)
		case c.Noted.N > c.head.N && !c.settled():
			c.fail(c.head.N+1, "act %d and what follows is gone: %d were noted", c.head.N+1, c.Noted.N)
			c.fault.noted = true
		}
	}
	r := AuditReport{OK: true}
	if c.fault != nil {
		r = *c.fault
	}
	if r.noted {
		r.Restore = c.restore()
	}
	r.Acts, r.Head = c.head.N, c.head
	return r
}

// Words says the result to a person, in one line.
func (r AuditReport) Words() string {
	if r.Restore != nil {
		return fmt.Sprintf("The audit that was noted is gone, and a restore says so: act %d of %s UTC began a new history. If you know of that restore, "+
			"run ringback audit verify --after-restore; the acts it lost are in the database that was moved aside.", r.Restore.N, r.Restore.At.UTC().Format("2 Jan 2006 15:04"))
	}
	if !r.OK {
		return fmt.Sprintf("The audit is broken: %s. Up to act %d it is whole.", r.Problem, r.Acts)
	}
	return fmt.Sprintf("The audit is whole: %d acts. Note its end elsewhere: %s", r.Acts, r.Head)
}
