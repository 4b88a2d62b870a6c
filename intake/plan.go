package intake

import (
	"slices"
	"strings"
	"time"

	"ringback/callback"
)

// plan is a mapping made ready for converting rows.
type plan struct {
	source  string
	columns []Column
	at      map[Field][]int
	orders  map[Field]DateOrder
	opts    Options
	// noScore tells that a person declared the file to have no scores: then
	// every row must ask for a call.
	noScore bool
}

func newPlan(f *File, m *Mapping) plan {
	p := plan{source: f.Source, columns: f.Columns, at: map[Field][]int{}, orders: m.DateOrders, opts: f.opts}
	for _, c := range m.Choices {
		p.at[c.Field] = c.Columns
	}
	p.noScore = len(p.at[Score]) == 0
	return p
}

// fault is what is wrong with one cell.
type fault struct {
	column string
	reason string
}

// row is one row being converted; the first fault stays.
type row struct {
	*plan
	cells []string
	fault *fault
}

// convert makes an Intake of a row, or says why it cannot be one.
func (p *plan) convert(n int, cells []string) (callback.Intake, *Reject) {
	r := &row{plan: p, cells: cells}
	in := callback.Intake{Row: n, Source: p.source}
	r.width()
	in.Score = r.score()
	in.Comment = r.text(Comment)
	r.asked(&in)
	r.worth(&in)
	r.answered(&in)
	r.extras(&in)
	r.person(&in.Person)
	if r.fault != nil {
		return callback.Intake{Row: n, Source: p.source},
			&Reject{Row: n, Column: r.fault.column, Reason: r.fault.reason, Cells: cells}
	}
	in.ExternalID = r.text(ID)
	if in.ExternalID == "" {
		in.ExternalID = identify(p.columns, cells)
	}
	return in, nil
}

// blame notes a fault in a field's cell.
func (r *row) blame(f Field, reason string) {
	if r.fault != nil {
		return
	}
	r.fault = &fault{reason: reason}
	if at := r.at[f]; len(at) > 0 {
		r.fault.column = r.columns[at[0]].Name
	}
}

// width refuses rows with text beyond the header's columns, or longer than the
// header and with a quote left over: somewhere in them a delimiter stands in
// text without quotes, and every cell after it has moved.
func (r *row) width() {
	if len(r.cells) <= len(r.columns) {
		return
	}
	if !blank(r.cells[len(r.columns):]) || slices.ContainsFunc(r.cells, oddQuotes) {
		r.fault = &fault{reason: "the row has more cells than the header; a cell with the delimiter in it lacks its quotes"}
	}
}

func oddQuotes(cell string) bool { return strings.Count(cell, `"`)%2 == 1 }

// text gives a field's words; parts in several columns are joined.
func (r *row) text(f Field) string {
	at := r.at[f]
	if len(at) == 1 {
		return r.cell(f, at[0])
	}
	var parts []string
	for _, i := range at {
		if c := r.cell(f, i); c != "" {
			parts = append(parts, c)
		}
	}
	sep := " "
	if f == Comment {
		sep = "\n"
	}
	return strings.Join(parts, sep)
}

func (r *row) cell(f Field, i int) string {
	if i >= len(r.cells) {
		return ""
	}
	c := tidy(r.cells[i])
	if missing(f, c) {
		return ""
	}
	return c
}

func (r *row) score() *int {
	c := r.text(Score)
	if c == "" {
		return nil
	}
	n, err := ParseScore(c)
	switch {
	case err == errNoScore:
		return nil
	case err != nil:
		r.blame(Score, err.Error())
		return nil
	}
	return &n
}

// asked reads whether and for when the customer asked for a call. A time
// alone is a request too, unless the row says that there is none.
func (r *row) asked(in *callback.Intake) {
	c := r.text(Asked)
	if c != "" {
		yes, ok := ParseAsked(c)
		if !ok {
			r.blame(Asked, excerptSafe(c)+" is neither yes nor no")
		}
		in.Asked = yes
	}
	if c := r.text(AskedFor); c != "" {
		t, err := ParseDate(c, r.orders[AskedFor], r.opts.Zone)
		if err != nil {
			r.blame(AskedFor, excerptSafe(c)+" "+err.Error())
			return
		}
		in.AskedFor = &t
		if len(r.at[Asked]) > 0 && r.text(Asked) != "" && !in.Asked {
			r.blame(AskedFor, "the row names a time for a call but says that none is wanted")
		}
		in.Asked = true
	}
}

// answered reads when the customer answered. Without such a column it is the
// moment of the import, as the mapping's notes say; a blank cell in it is a
// fault, since deadlines would run from a moment nobody knows.
func (r *row) answered(in *callback.Intake) {
	if len(r.at[AnsweredAt]) == 0 {
		in.AnsweredAt = r.opts.Now
		return
	}
	c := r.text(AnsweredAt)
	if c == "" {
		r.blame(AnsweredAt, "the cell is empty; deadlines run from the date in it")
		return
	}
	t, err := ParseDate(c, r.orders[AnsweredAt], r.opts.Zone)
	switch {
	case err != nil:
		r.blame(AnsweredAt, excerptSafe(c)+" "+err.Error())
	case t.After(r.opts.Now.Add(24 * time.Hour)):
		r.blame(AnsweredAt, excerptSafe(c)+" is in the future")
	}
	in.AnsweredAt = t
}

func (r *row) extras(in *callback.Intake) {
	in.Channel = r.text(Channel)
	in.Product = r.text(Product)
	in.Language = r.text(Language)
}

func (r *row) person(p *callback.Person) {
	p.Ref, p.Name = r.text(Ref), r.text(Name)
	p.Email = r.text(Email)
	if p.Phones = r.phones(); len(p.Phones) == 1 && p.Phones[0].Kind == callback.PhoneOther {
		p.Phone, p.Phones = p.Phones[0].Number, nil // as servers of before read it
	}
	p.Account = r.text(Account)
	if c := r.text(Role); c != "" {
		if p.Role = parseRole(c); p.Role == "" {
			r.blame(Role, excerpt(c)+" is not decision maker, influencer or end user")
		}
	}
	if c := r.text(Region); c != "" {
		if !validRegion(c) {
			r.blame(Region, excerpt(c)+" is not a two-letter country code")
		}
		p.Region = strings.ToUpper(c)
	}
	if c := r.text(Zone); c != "" {
		if !validZone(c) {
			r.blame(Zone, excerpt(c)+" is not a time zone such as Europe/Berlin")
		}
		p.Zone = c
	}
	if c := r.text(Value); c != "" {
		v, ok := parsePercentile(c)
		if !ok {
			r.blame(Value, excerpt(c)+" is not a percentile 0–1")
		}
		p.Value = &v
	}
}

// worth refuses rows that hold nothing to record.
func (r *row) worth(in *callback.Intake) {
	switch {
	case in.Score != nil || in.Asked:
	case r.noScore:
		f := Asked
		if len(r.at[Asked]) == 0 {
			f = AskedFor
		}
		r.blame(f, "the row asks for no call, and the file has no scores")
	case in.Comment == "":
		r.blame(Score, "no score, no comment and no request for a call: nothing to record")
	}
}
