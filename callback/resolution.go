package callback

// Resolution is how a case ended.
type Resolution string

// The resolutions.
const (
	Resolved            Resolution = "RESOLVED"
	Explained           Resolution = "EXPLAINED"
	PromiseKept         Resolution = "PROMISE_KEPT"
	PromiseBrokenClosed Resolution = "PROMISE_BROKEN_CLOSED"
	Listened            Resolution = "LISTENED"
	EscalatedClosed     Resolution = "ESCALATED_CLOSED"
	Lost                Resolution = "LOST"
	Refused             Resolution = "REFUSED"
	ResolvedSuppressed  Resolution = "SUPPRESSED"
	Exhausted           Resolution = "EXHAUSTED"
	AgedOut             Resolution = "AGED_OUT"
	UnreachData         Resolution = "UNREACH_DATA"
	StaleContact        Resolution = "STALE_CONTACT"
	Duplicate           Resolution = "DUPLICATE"
	NotEligible         Resolution = "NOT_ELIGIBLE"
	ResolvedThanked     Resolution = "THANKED"
	ResolvedErased      Resolution = "ERASED"
)

var resolutions = []Resolution{
	Resolved, Explained, PromiseKept, PromiseBrokenClosed, Listened, EscalatedClosed, Lost, Refused,
	ResolvedSuppressed, Exhausted, AgedOut, UnreachData, StaleContact, Duplicate, NotEligible, ResolvedThanked, ResolvedErased,
}

// Resolutions lists all resolutions.
func Resolutions() []Resolution { return append([]Resolution(nil), resolutions...) }

// Known tells whether r is one of the resolutions.
func (r Resolution) Known() bool {
	for _, k := range resolutions {
		if k == r {
			return true
		}
	}
	return false
}
