package callback

// Disposition is how one attempt ended: a two-letter code.
type Disposition string

// The standard dispositions. Teams may give them other names, never other
// meanings.
const (
	NoAnswer         Disposition = "NA"
	Busy             Disposition = "BZ"
	VoicemailLeft    Disposition = "VM"
	VoicemailNone    Disposition = "VX"
	TechnicalFailure Disposition = "TF"
	HungUp           Disposition = "HU"
	ThirdParty       Disposition = "TP"
	WrongNumber      Disposition = "WN"
	LeftCompany      Disposition = "LG"
	LanguageBarrier  Disposition = "LA"
	Disconnected     Disposition = "DI"
	CallbackMine     Disposition = "CP"
	CallbackAnyone   Disposition = "CA"
	BadMoment        Disposition = "BN"
	PartialTalk      Disposition = "PC"
	SoftRefusal      Disposition = "SR"
	HardRefusal      Disposition = "HR"
	DoNotCall        Disposition = "DN"
	Vulnerable       Disposition = "DE"
	TalkedResolved   Disposition = "RS"
	TalkedPromise    Disposition = "PM"
	TalkedEscalated  Disposition = "ES"
	TalkedListened   Disposition = "LS"
	TalkedLost       Disposition = "LO"
	Thanked          Disposition = "TK"
	Skipped          Disposition = "SK"
	Aborted          Disposition = "AB"
)

// Class is the outcome class of the AAPOR Standard Definitions (10th ed.,
// 2023), from which contact, cooperation and refusal rates are computed.
type Class string

// The classes that a call to a known person can end in.
const (
	ClassNone        Class = ""
	ClassComplete    Class = "I"
	ClassPartial     Class = "P"
	ClassRefusal     Class = "R"
	ClassNonContact  Class = "NC"
	ClassOther       Class = "O"
	ClassUnknown     Class = "UH"
	ClassNotEligible Class = "NE"
)

// Flags are the properties of a disposition that rules depend on. Behaviour
// comes from flags, never from names.
type Flags struct {
	// Human: somebody answered.
	Human bool `json:"human"`
	// Right: the person we wanted was reached (a right-party contact).
	Right bool `json:"right_party"`
	// Final: the case ends.
	Final bool `json:"final"`
	// Note: a note is required.
	Note bool `json:"note_required"`
	// Suppress: the person and the number are never called again.
	Suppress bool `json:"suppress"`
	// Counts: the attempt counts toward the caps.
	Counts bool `json:"counts"`
	// Root: a root cause is required.
	Root bool `json:"root_required"`
	// BadNumber: the number leads nowhere.
	BadNumber bool `json:"bad_number"`
}

// DispositionRule is one row of the disposition table.
type DispositionRule struct {
	Code    Disposition `json:"code"`
	Meaning string      `json:"meaning"`
	// Key is the one key that records it.
	Key string `json:"key"`
	// Group orders the picker: unreached, reached, talked.
	Group string `json:"group"`
	Flags
	Class Class `json:"class"`
	// To is the state that the disposition leads to, before caps and second
	// occurrences are considered.
	To State `json:"to"`
	// Resolution closes the case when To is Closed or Suppressed.
	Resolution Resolution `json:"resolution,omitempty"`
}

// The groups of dispositions in the order an agent meets them.
const (
	GroupUnreached = "unreached"
	GroupReached   = "reached"
	GroupTalked    = "talked"
)

// dispositions is the one table of dispositions (mission model §4.2: flags,
// AAPOR class, default next step).
var dispositions = []DispositionRule{
	{NoAnswer, "No answer", "n", GroupUnreached, Flags{Counts: true}, ClassNonContact, RetryWait, ""},
	{Busy, "Busy", "b", GroupUnreached, Flags{Counts: true}, ClassNonContact, RetryWait, ""},
	{VoicemailLeft, "Voicemail, message left", "v", GroupUnreached, Flags{Counts: true}, ClassNonContact, RetryWait, ""},
	{VoicemailNone, "Voicemail, no message", "x", GroupUnreached, Flags{Counts: true}, ClassNonContact, RetryWait, ""},
	{TechnicalFailure, "Technical failure, dropped before talk", "f", GroupUnreached, Flags{}, ClassUnknown, RetryWait, ""},
	{Disconnected, "Disconnected, invalid or fax", "d", GroupUnreached, Flags{BadNumber: true}, ClassNotEligible, Closed, UnreachData},
	{HungUp, "Answered, hung up before we knew who", "h", GroupReached, Flags{Human: true, Counts: true}, ClassRefusal, RetryWait, ""},
	{ThirdParty, "Third party or gatekeeper", "t", GroupReached, Flags{Human: true, Counts: true}, ClassNonContact, RetryWait, ""},
	{WrongNumber, "Wrong number, unknown person", "w", GroupReached, Flags{Human: true, BadNumber: true}, ClassUnknown, Closed, UnreachData},
	{LanguageBarrier, "Language barrier", "l", GroupReached, Flags{Human: true, Counts: true}, ClassOther, RetryWait, ""},
	{LeftCompany, "Left the company or role", "g", GroupReached, Flags{Human: true, Note: true, Final: true}, ClassNotEligible, Closed, StaleContact},
	{CallbackMine, "Callback agreed, with me", "c", GroupReached, Flags{Human: true, Right: true, Note: true}, ClassOther, CallbackScheduled, ""},
	{CallbackAnyone, "Callback agreed, with anyone", "a", GroupReached, Flags{Human: true, Right: true, Note: true}, ClassOther, CallbackScheduled, ""},
	{BadMoment, "Bad moment, no time given", "m", GroupReached, Flags{Human: true, Right: true, Counts: true}, ClassOther, RetryWait, ""},
	{PartialTalk, "Partial conversation, cut off", "p", GroupReached, Flags{Human: true, Right: true}, ClassPartial, RetryWait, ""},
	{SoftRefusal, "Soft refusal, not now", "s", GroupReached, Flags{Human: true, Right: true, Note: true, Counts: true}, ClassRefusal, RetryWait, ""},
	{HardRefusal, "Refuses to discuss it", "r", GroupReached, Flags{Human: true, Right: true, Note: true, Final: true}, ClassRefusal, Closed, Refused},
	{DoNotCall, "Do not call again", "D", GroupReached, Flags{Human: true, Right: true, Suppress: true, Final: true}, ClassRefusal, Suppressed, ResolvedSuppressed},
	{Vulnerable, "Deceased, incapacitated or vulnerable", "V", GroupReached, Flags{Human: true, Note: true, Suppress: true, Final: true}, ClassOther, Suppressed, ResolvedSuppressed},
	{TalkedResolved, "Talked, resolved or explained", "1", GroupTalked, Flags{Human: true, Right: true, Final: true, Root: true}, ClassComplete, Closed, Resolved},
	{TalkedPromise, "Talked, promise made", "2", GroupTalked, Flags{Human: true, Right: true, Note: true, Root: true}, ClassComplete, InProgress, ""},
	{TalkedEscalated, "Talked, escalated", "3", GroupTalked, Flags{Human: true, Right: true, Note: true, Root: true}, ClassComplete, Escalated, ""},
	{TalkedListened, "Listened, nothing to fix", "4", GroupTalked, Flags{Human: true, Right: true, Final: true, Root: true}, ClassComplete, Closed, Listened},
	{TalkedLost, "Talked, customer is leaving", "5", GroupTalked, Flags{Human: true, Right: true, Note: true, Final: true, Root: true}, ClassComplete, Closed, Lost},
	{Thanked, "Promoter or passive thanked", "6", GroupTalked, Flags{Human: true, Right: true, Final: true}, ClassComplete, Closed, ResolvedThanked},
}

// Dispositions gives the table in the order in which pickers show it. Skipped
// and Aborted are not in it: they are not attempts.
func Dispositions() []DispositionRule { return append([]DispositionRule(nil), dispositions...) }

// Rule finds a disposition's row; ok is false for a code that is not in the
// table.
func (d Disposition) Rule() (rule DispositionRule, ok bool) {
	for _, r := range dispositions {
		if r.Code == d {
			return r, true
		}
	}
	return DispositionRule{}, false
}
