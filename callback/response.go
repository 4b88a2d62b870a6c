package callback

import "time"

// Response is one answer to a survey.
type Response struct {
	ID string `json:"id" erase:"id"`
	// Source names the survey or file; (Source, ExternalID) is unique and
	// makes intake idempotent.
	Source     string `json:"source"`
	ExternalID string `json:"external_id"`
	// Score is 0–10, or nil if the customer gave none.
	Score   *int   `json:"score"`
	Comment string `json:"comment,omitempty"`
	// Asked tells that the customer asked for a call.
	Asked bool `json:"asked,omitempty"`
	// AskedFor is the time the customer asked to be called at, UTC.
	AskedFor *time.Time `json:"asked_for,omitempty"`
	// AnsweredAt is when the customer answered, UTC. Deadlines run from here,
	// not from the import.
	AnsweredAt time.Time `json:"answered_at"`
	// Channel is how the survey was answered: web, email, sms, ivr, phone.
	Channel  string `json:"channel,omitempty"`
	Product  string `json:"product,omitempty"`
	Language string `json:"language,omitempty"`
}

// Category is the category of the response's score.
func (r Response) Category() Category { return CategoryOf(r.Score) }

// Intake is one row on its way into the server: a response and the customer
// who gave it, as the source wrote them. The server cleans and judges it.
type Intake struct {
	// Row is the row's number in its file, counting from 1 with the header;
	// 0 if there is no file.
	Row        int        `json:"row,omitempty"`
	Source     string     `json:"source"`
	ExternalID string     `json:"external_id"`
	Score      *int       `json:"score,omitempty"`
	Comment    string     `json:"comment,omitempty"`
	Asked      bool       `json:"asked,omitempty"`
	AskedFor   *time.Time `json:"asked_for,omitempty"`
	AnsweredAt time.Time  `json:"answered_at"`
	Channel    string     `json:"channel,omitempty"`
	Product    string     `json:"product,omitempty"`
	Language   string     `json:"language,omitempty"`
	Person     Person     `json:"person"`
}

// Person is the customer's part of an Intake.
type Person struct {
	// Ref is the customer's number in the source; if empty, the customer is
	// recognised by phone number, else by e-mail address.
	Ref   string `json:"ref,omitempty"`
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Phones are more numbers, in the order in which they are to be tried.
	Phones  []PersonPhone `json:"phones,omitempty"`
	Email   string        `json:"email,omitempty"`
	Account string        `json:"account,omitempty"`
	Role    Role          `json:"role,omitempty"`
	// Region (ISO 3166-1 alpha-2) reads national phone numbers.
	Region string `json:"region,omitempty"`
	// Zone is the IANA time zone the person is known to be in.
	Zone string `json:"zone,omitempty"`
	// Value is a percentile 0–1; nil if unknown.
	Value *float64 `json:"value,omitempty"`
}

// PersonPhone is a number as a source wrote it.
type PersonPhone struct {
	// Number may hold several, parted by semicolons, or by commas and slashes
	// where both sides are whole numbers.
	Number string `json:"number"`
	// Kind is mobile, work or home; empty if the source does not say.
	Kind PhoneKind `json:"kind,omitempty"`
	// Column is where it stood, for warnings.
	Column string `json:"column,omitempty"`
}

// IntakeStatus is what became of one row.
type IntakeStatus string

// Every row read is exactly one of these.
const (
	IntakeAccepted  IntakeStatus = "accepted"
	IntakeDuplicate IntakeStatus = "duplicate"
	IntakeRejected  IntakeStatus = "rejected"
)

// IntakeBatch is the body of POST /v1/responses.
type IntakeBatch struct {
	// Team receives the cases; empty means the caller's own team.
	Team string `json:"team,omitempty"`
	// Region reads national phone numbers of rows that name none.
	Region string `json:"region,omitempty"`
	// Zone is the IANA zone of rows that name none; empty lets the phone
	// number decide.
	Zone string `json:"zone,omitempty"`
	// DryRun judges the rows and writes nothing.
	DryRun bool     `json:"dry_run,omitempty"`
	Rows   []Intake `json:"rows"`
}

// IntakeResult is the server's word on one row.
type IntakeResult struct {
	Row    int          `json:"row,omitempty"`
	Status IntakeStatus `json:"status"`
	// Column and Reason say what was wrong with a rejected row.
	Column string `json:"column,omitempty"`
	Reason string `json:"reason,omitempty"`
	// CaseID is the case that the row opened or was added to, if any.
	CaseID string `json:"case_id,omitempty"`
	// Opened tells that the row opened CaseID.
	Opened bool `json:"opened,omitempty"`
	// Cooling is why the accepted row opened no case, although the policy calls
	// on such answers: its customer is left in peace. The row is kept with CaseID.
	Cooling *Cooling `json:"cooling,omitempty"`
	// Updated tells that a duplicate brought the words that the response had
	// lacked.
	Updated bool `json:"updated,omitempty"`
	// Warning is something worth knowing about an accepted row, such as a
	// phone number that is not in any numbering plan.
	Warning string `json:"warning,omitempty"`
}

// IntakeReport is the reply of POST /v1/responses; one result per row, in
// order.
type IntakeReport struct {
	Accepted    int `json:"accepted"`
	Duplicates  int `json:"duplicates"`
	Rejected    int `json:"rejected"`
	CasesOpened int `json:"cases_opened"`
	// CooledOff counts the accepted rows that opened no case for the sake of
	// their customers' peace.
	CooledOff int `json:"cooled_off,omitempty"`
	// Updated counts the duplicates that brought words.
	Updated int            `json:"updated,omitempty"`
	Results []IntakeResult `json:"results"`
}
