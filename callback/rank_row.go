package callback

import (
	"math"
	"slices"
	"time"
)

// RankRow is the part of a rank that differs from case to case, in 32 bytes.
// What is left is a model that many cases share: a desk that keeps the ranks of
// a hundred thousand cases keeps a few hundred models and a row for each case.
// Times are Unix seconds as ranks are packed, 0 for none; shares are
// ten-thousandths.
type RankRow struct {
	// Model is for the keeper of the models.
	Model uint32

	answered, due, notBefore, until              uint32
	severity, value, role, reach, repeat, signal uint16
}

// ownUntil marks in a model the need whose time stands in the row.
var ownUntil = fromSeconds(1)

// Split takes a rank that was read with ParseRank apart. Join gives it back.
func (r Rank) Split() (row RankRow, model Rank) {
	row = RankRow{
		answered: seconds(r.AnsweredAt), due: seconds(r.Due), notBefore: seconds(r.NotBefore),
		severity: tenThousandths(r.Severity), value: tenThousandths(r.Value), role: tenThousandths(r.Role),
		reach: tenThousandths(r.Reach), repeat: tenThousandths(r.Repeat), signal: tenThousandths(r.Signal),
	}
	model = r
	model.AnsweredAt, model.Due, model.NotBefore = time.Time{}, time.Time{}, time.Time{}
	model.Severity, model.Value, model.Role, model.Reach, model.Repeat, model.Signal = 0, 0, 0, 0, 0, 0
	if n := slices.IndexFunc(r.Needs, func(n Need) bool { return !n.Until.IsZero() }); n >= 0 {
		row.until = seconds(r.Needs[n].Until)
		model.Needs = slices.Clone(r.Needs)
		model.Needs[n].Until = ownUntil
	}
	return row, model
}

// Join makes a row and its model the rank that they were.
func (row RankRow) Join(model Rank) Rank {
	r := model
	r.AnsweredAt, r.Due, r.NotBefore = fromSeconds(row.answered), fromSeconds(row.due), fromSeconds(row.notBefore)
	r.Severity, r.Value, r.Role = fromTenThousandths(row.severity), fromTenThousandths(row.value), fromTenThousandths(row.role)
	r.Reach, r.Repeat, r.Signal = fromTenThousandths(row.reach), fromTenThousandths(row.repeat), fromTenThousandths(row.signal)
	if row.until == 0 {
		return r
	}
	if n := slices.IndexFunc(r.Needs, func(n Need) bool { return n.Until.Equal(ownUntil) }); n >= 0 {
		r.Needs = slices.Clone(r.Needs)
		r.Needs[n].Until = fromSeconds(row.until)
	}
	return r
}

// tenThousandths packs a share of 0–1.
func tenThousandths(share float64) uint16 { return uint16(math.Round(share * 10000)) }

func fromTenThousandths(n uint16) float64 { return float64(n) / 10000 }
