package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

func (a *app) boardCommand() *cobra.Command {
	var period string
	cmd := &cobra.Command{
		Use:   "board",
		Short: "Show the standings and the conversion figures",
		Long: `Show the standings and the conversion figures of the team.

Figures of cases count by the day of the response, activity by the day of the
attempt. Conversion is shown over three denominators: the re-scored, the
contacted, all eligible. It is unadjusted: without a control group, people
drift back to the mean without a call.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error {
				p, b, err := a.boardOf(d, period)
				if err != nil {
					return err
				}
				if !d.Me.Role.Leads() {
					b.Skips = nil
				}
				if a.flags.asJSON {
					return a.printKnown(d, b)
				}
				return a.sayBoard(d, p, b)
			})
		},
	}
	periodFlag(cmd, &period)
	return cmd
}

// periodFlag lets a command be asked for a period by name or by two dates.
func periodFlag(cmd *cobra.Command, period *string) {
	cmd.Flags().StringVar(period, "period", "month", strings.Join(callback.PeriodNames(), ", ")+", or two dates 2026-01-01..2026-03-31")
}

// boardOf gives the board of a period that a person named.
func (a *app) boardOf(d *desk, period string) (callback.Period, callback.Board, error) {
	policy, err := d.store.Policy()
	if err != nil {
		return callback.Period{}, callback.Board{}, err
	}
	p, err := callback.PeriodOf(period, a.now(), policy.Location())
	if err != nil {
		return callback.Period{}, callback.Board{}, err
	}
	b, err := d.store.Board(p)
	return p, b, err
}

func (a *app) sayBoard(d *desk, p callback.Period, b callback.Board) error {
	from := p.From
	if from == "" {
		from = "the beginning"
	}
	a.sayf("%s to %s", from, p.To)
	if b.Total.AdHoc > 0 {
		a.sayf("Ad-hoc calls %d, beside the figures below", b.Total.AdHoc)
	}
	if b.Total.Eligible == 0 && b.Total.Attempts == 0 {
		a.sayNone(d, "Nothing was counted in this period.")
		return nil
	}
	a.sayf("Coverage %s, deadlines met %s, promises kept %s", rateText(b.Coverage), rateText(b.InTime), rateText(b.Promises))
	if b.Answered.N > 0 {
		a.sayf("Of the escalations that were answered, in time %s; those still open are on the floor", rateText(b.Answered))
	}
	w := a.table("DETRACTORS RECOVERED", "OF RE-SCORED", "OF CONTACTED", "OF ALL ELIGIBLE")
	row(w, "to passive or promoter", rateText(b.Recovery.Rescored), rateText(b.Recovery.Contacted), rateText(b.Recovery.Eligible))
	row(w, "to promoter", rateText(b.ToPromoter.Rescored), rateText(b.ToPromoter.Contacted), rateText(b.ToPromoter.Eligible))
	row(w)
	row(w, "BEFORE \\ AFTER", "detractor", "passive", "promoter", "no re-score")
	for i, c := range callback.Categories() {
		m := b.Total.Moves[i]
		row(w, c, m[0], m[1], m[2], m[3])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.sayf("NPS of the %d with both scores: %s before, %s after; lift %s (unadjusted)", b.Before.N, netText(b.Before), netText(b.After), netText(b.Lift))
	a.sayf("")
	w = a.table("RANK", "AGENT", "RECOVERED (ADJUSTED)", "90 %", "RAW", "ATTEMPTS", "REACHED")
	for _, s := range b.Standings {
		row(w, rankText(s), callback.Line(s.Name), fmt.Sprintf("%.0f %%", 100*s.Score), fmt.Sprintf("%.0f–%.0f %%", 100*s.Low, 100*s.High),
			rateText(s.Raw), s.Counts.Attempts, s.Counts.Right)
	}
	return w.Flush()
}

func rateText(r callback.Rate) string {
	if r.N == 0 {
		return "– (n=0)"
	}
	return fmt.Sprintf("%.0f %% (%.0f–%.0f, n=%d)", 100*r.P, 100*r.Low, 100*r.High, r.N)
}

func netText(n callback.Net) string {
	if n.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%+.0f (%+.0f…%+.0f)", n.Value, n.Low, n.High)
}

func rankText(s callback.Standing) string {
	switch {
	case s.Few:
		return "too few"
	case s.Tie:
		return fmt.Sprintf("=%d", s.Rank)
	}
	return fmt.Sprint(s.Rank)
}

func (a *app) commentsCommand() *cobra.Command {
	var q callback.CommentQuery
	var category string
	cmd := &cobra.Command{
		Use:   "comments",
		Short: "List what customers wrote, the latest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q.Category = callback.Category(category)
			if category == "all" {
				q.Category = ""
			}
			if !knownCategory(q.Category) {
				return callback.Errorf(callback.CodeInvalid, "category %q is not known", callback.Line(category)).WithHint("use promoter, passive, detractor, unscored or all")
			}
			return a.readDesk(cmd.Context(), func(d *desk) error {
				list, err := d.store.Comments(q)
				if err != nil {
					return err
				}
				if a.flags.asJSON {
					return a.printKnown(d, map[string]any{"comments": orEmpty(list)})
				}
				if len(list) == 0 {
					a.sayNone(d, "No such comment is on this desk.")
				}
				for _, c := range list {
					a.sayf("%s  %s  %s", c.AnsweredAt.Format("2006-01-02"), scoreText(c.Score), callback.Line(c.Product))
					a.sayf("  %s", callback.Line(c.Text))
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&category, "category", string(callback.Promoter), "promoter, passive, detractor, unscored or all")
	f.StringVar(&q.Contains, "filter", "", "only comments that hold these words")
	f.StringVar(&q.Language, "language", "", "only comments in this language (en, ru, …)")
	f.StringVar(&q.Product, "product", "", "only comments on this product")
	usage.Limit(cmd, &q.Limit, 1, 50, "at most so many")
	return cmd
}

func knownCategory(c callback.Category) bool {
	if c == "" {
		return true
	}
	for _, k := range callback.Categories() {
		if k == c {
			return true
		}
	}
	return false
}
