package callback

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// rankVersion is the first byte of an encoded rank.
const rankVersion = 1

var (
	rankStates = []State{New, RetryWait, CallbackScheduled, InProgress, Escalated, Review}
	rankKinds  = []Kind{KindRequest, KindDetractor, KindPassive, KindPromoter, KindAdHoc}
)

// AppendRank encodes a rank in about 90 bytes. The order of fields is that of
// ParseRank; the time of the answer stands in two places, since older programs
// read both.
func AppendRank(b []byte, r Rank) []byte {
	b = append(b, rankVersion, place(rankStates, r.State), place(rankKinds, r.Kind), flags(r.Missed, r.Callable)|byte(r.Cap)<<2)
	for _, t := range []time.Time{r.AnsweredAt, r.Due, r.NotBefore, r.Callback, r.Held, r.AnsweredAt} {
		b = binary.BigEndian.AppendUint32(b, seconds(t))
	}
	for _, f := range []float64{r.Severity, r.Value, r.Role, r.Reach, r.Repeat, r.Signal} {
		b = binary.BigEndian.AppendUint16(b, tenThousandths(f))
	}
	b = append(b, byte(min(r.Attempts, 255)), byte(min(len(r.Zones), 255)))
	for _, s := range append([]string{r.Owner, r.Holder, r.Region}, r.Zones[:min(len(r.Zones), 255)]...) {
		s = s[:min(len(s), 255)]
		b = append(append(b, byte(len(s))), s...)
	}
	return appendNeeds(b, r.Needs)
}

// appendNeeds adds what a case asks of whoever calls, after all else: programs
// that know nothing of it do not read so far.
func appendNeeds(b []byte, needs []Need) []byte {
	if len(needs) == 0 {
		return b
	}
	needs = needs[:min(len(needs), 255)]
	b = append(b, byte(len(needs)))
	for _, n := range needs {
		name := n.Name[:min(len(n.Name), 255)]
		b = binary.BigEndian.AppendUint32(append(b, byte(n.Sort)), seconds(n.Until))
		b = append(append(b, byte(len(name))), name...)
	}
	return b
}

// parseNeeds reads what appendNeeds wrote; nothing is no needs.
func parseNeeds(b []byte, intern func([]byte) string) ([]Need, error) {
	if len(b) == 0 {
		return nil, nil
	}
	out, b := make([]Need, 0, b[0]), b[1:]
	for range cap(out) {
		if len(b) < 6 || len(b) < 6+int(b[5]) {
			return nil, errRank
		}
		end := 6 + int(b[5])
		out = append(out, Need{Sort: NeedSort(b[0]), Until: fromSeconds(binary.BigEndian.Uint32(b[1:])), Name: intern(b[6:end])})
		b = b[end:]
	}
	return out, nil
}

var errRank = errors.New("rank is damaged")

// ParseRank decodes what AppendRank wrote. intern, if not nil, makes equal
// strings share their memory; a hundred thousand ranks name few zones.
func ParseRank(b []byte, intern func([]byte) string) (Rank, error) {
	const fixed = 4 + 6*4 + 6*2 + 2
	if len(b) < fixed || b[0] != rankVersion || int(b[1]) >= len(rankStates) || int(b[2]) >= len(rankKinds) {
		return Rank{}, errRank
	}
	if intern == nil {
		intern = func(s []byte) string { return string(s) }
	}
	r := Rank{State: rankStates[b[1]], Kind: rankKinds[b[2]], Missed: b[3]&1 != 0, Callable: b[3]&2 != 0, Cap: Cap(b[3] >> 2 & 3)}
	at := 4
	for _, t := range []*time.Time{&r.AnsweredAt, &r.Due, &r.NotBefore, &r.Callback, &r.Held, &r.AnsweredAt} {
		*t = fromSeconds(binary.BigEndian.Uint32(b[at:]))
		at += 4
	}
	for _, f := range []*float64{&r.Severity, &r.Value, &r.Role, &r.Reach, &r.Repeat, &r.Signal} {
		*f = fromTenThousandths(binary.BigEndian.Uint16(b[at:]))
		at += 2
	}
	r.Attempts = int(b[at])
	zones := int(b[at+1])
	rest := b[at+2:]
	take := func() (string, bool) {
		if len(rest) < 1 || len(rest) < 1+int(rest[0]) {
			return "", false
		}
		s := intern(rest[1 : 1+int(rest[0])])
		rest = rest[1+int(rest[0]):]
		return s, true
	}
	for _, p := range []*string{&r.Owner, &r.Holder, &r.Region} {
		s, ok := take()
		if !ok {
			return Rank{}, errRank
		}
		*p = s
	}
	for range zones {
		s, ok := take()
		if !ok {
			return Rank{}, errRank
		}
		r.Zones = append(r.Zones, s)
	}
	var err error
	if r.Needs, err = parseNeeds(rest, intern); err != nil {
		return Rank{}, err
	}
	return r, nil
}

func place[T comparable](list []T, v T) byte {
	for i, x := range list {
		if x == v {
			return byte(i)
		}
	}
	return 0
}

func flags(bits ...bool) byte {
	var b byte
	for i, on := range bits {
		if on {
			b |= 1 << i
		}
	}
	return b
}

// seconds packs a time into Unix seconds, rounded up so that nothing becomes
// ready early; 0 is the zero time.
func seconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return uint32(min(max(s, 1), math.MaxUint32))
}

func fromSeconds(s uint32) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}
