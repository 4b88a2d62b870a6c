package intake

import (
	"ringback/callback"
)

// settleDates finds the order of numeric dates for each mapped column, or
// asks for it. A column that proves nothing follows the file's other date
// columns if they agree.
func (m *Mapping) settleDates(f *File) {
	shared, agreed := fileOrder(f.Columns)
	for i := range m.Choices {
		c := &m.Choices[i]
		if c.Field != AnsweredAt && c.Field != AskedFor || len(c.Columns) == 0 {
			continue
		}
		col := &f.Columns[c.Columns[0]]
		e := col.stats.order
		if f.opts.DateOrder != AnyOrder {
			m.DateOrders[c.Field] = f.opts.DateOrder
			c.Why += "; order " + string(f.opts.DateOrder) + " as you said"
			continue
		}
		order, settled, conflict := e.verdict()
		if !settled && !conflict && agreed {
			order, settled = shared, true
		}
		if !settled {
			m.ask(orderQuestion(col, e, conflict))
			continue
		}
		m.DateOrders[c.Field] = order
		if order != AnyOrder {
			c.Why += "; " + e.why(order)
		}
	}
}

// fileOrder is the order that the file's columns prove, if they agree.
func fileOrder(columns []Column) (DateOrder, bool) {
	found := AnyOrder
	for i := range columns {
		order, settled, conflict := columns[i].stats.order.verdict()
		switch {
		case conflict:
			return AnyOrder, false
		case !settled || order == AnyOrder:
		case found != AnyOrder && found != order:
			return AnyOrder, false
		default:
			found = order
		}
	}
	return found, found != AnyOrder
}

func orderQuestion(col *Column, e evidence, conflict bool) *callback.Error {
	hint := "use --date-order dmy, mdy or ymd"
	if !conflict {
		return callback.Errorf(callback.CodeInvalid, "in which order are the dates of column %s? %s in row %d can be day/month or month/day, and no date in the file tells",
			col.title(), excerpt(e.open.cell), e.open.row).WithHint("%s", hint)
	}
	if e.dmy.n == 0 {
		return callback.Errorf(callback.CodeInvalid, "in which order are the dates of column %s? Row %d has %s, but its dates with points read day first",
			col.title(), e.mdy.row, excerpt(e.mdy.cell)).WithHint("%s", hint)
	}
	return callback.Errorf(callback.CodeInvalid, "in which order are the dates of column %s? It mixes %s (row %d) and %s (row %d)",
		col.title(), excerpt(e.dmy.cell), e.dmy.row, excerpt(e.mdy.cell), e.mdy.row).
		WithHint("%s; rows that do not fit are rejected", hint)
}
