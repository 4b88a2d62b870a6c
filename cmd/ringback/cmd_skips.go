package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) skipCommand() *cobra.Command {
	var s callback.CaseSkipped
	var code string
	cmd := &cobra.Command{
		Use:   "skip CASE",
		Short: "Pass a case over before dialling, with the reason",
		Long: `Pass a case over before dialling. The reason stays on record, and the case is for
your colleagues first until its pause is over; after three skips a supervisor
looks at the case. Reasons:
` + skipHelp(),
		Example: `ringback skip 9c41d2aa --code known
ringback skip 9c41d2aa --reason "their workshop case is still open"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Code = callback.SkipCode(code)
			rule, ok := s.Code.Rule()
			if !ok {
				return callback.Errorf(callback.CodeInvalid, "--code is %q", callback.Line(code)).WithHint("see: ringback skip --help")
			}
			if s.Reason == "" {
				s.Reason = rule.Words
			}
			if s.Reason == "" {
				return callback.Errorf(callback.CodeInvalid, "a skip needs a reason").WithHint("give --code or --reason")
			}
			return a.state(cmd, args[0], statement{want: open, fact: &s, said: "skipped"})
		},
	}
	cmd.Flags().StringVar(&code, "code", "", "the sort of reason, of the list above")
	cmd.Flags().StringVar(&s.Reason, "reason", "", "the reason in your own words")
	return cmd
}

func skipHelp() string {
	var b strings.Builder
	for _, r := range callback.SkipRules() {
		if r.Code == callback.SkipOther {
			continue
		}
		effect := ""
		if r.Holds != "" {
			effect = " (a supervisor looks at once, and all cases of the number wait)"
		}
		fmt.Fprintf(&b, "  %-14s %s%s\n", r.Code, r.Words, effect)
	}
	return strings.TrimRight(b.String(), "\n")
}

func open(c callback.Case) error {
	if c.State.Open() {
		return nil
	}
	return callback.Errorf(callback.CodeConflict, "case %s is %s", c.ID, c.State)
}

func (a *app) skipsCommand() *cobra.Command {
	var period string
	cmd := &cobra.Command{
		Use:   "skips",
		Short: "Show what agents pass over, and whether it is more than their cases explain (supervisors)",
		Long: `Show what agents pass over. Expected is how many cases the team at large would
have passed over of those that the agent was served, by what they are: asked for
a call, score 0–3, 4–6, passive, promoter. The ratio has a 95 % interval; an
agent is marked when all of it lies above 1. Agents are shown their own line.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error { return a.showSkips(d, period) })
		},
	}
	periodFlag(cmd, &period)
	return cmd
}

func (a *app) showSkips(d *desk, period string) error {
	p, b, err := a.boardOf(d, period)
	if err != nil {
		return err
	}
	list := []callback.SkipMix{}
	for _, m := range b.Skips {
		if d.Me.Role.Leads() || m.Agent == d.Me.ID {
			list = append(list, m)
		}
	}
	if a.flags.asJSON {
		return a.printKnown(d, map[string]any{"from": p.From, "to": p.To, "skips": list})
	}
	if len(list) == 0 {
		a.sayNone(d, "Nothing was passed over in this period.")
		return nil
	}
	return a.saySkips(list)
}

func (a *app) saySkips(list []callback.SkipMix) error {
	heads := []any{"AGENT", "SKIPPED", "SERVED", "EXPECTED", "RATIO", "95 %"}
	for _, b := range list[0].Bands {
		heads = append(heads, strings.ToUpper(b.Band))
	}
	w := a.table(heads...)
	for _, m := range list {
		mark := ""
		if m.Unusual {
			mark = " !"
		}
		cells := []any{
			callback.Line(m.Name), m.Skipped, m.Served, fmt.Sprintf("%.1f", m.Expected), fmt.Sprintf("%.1f%s", m.Ratio, mark), fmt.Sprintf("%.1f–%.1f", m.Low, m.High),
		}
		for _, b := range m.Bands {
			cells = append(cells, fmt.Sprintf("%d of %d", b.Skipped, b.Served))
		}
		row(w, cells...)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.sayf("")
	heads = []any{"REASONS"}
	for _, r := range list[0].Reasons {
		heads = append(heads, strings.ToUpper(r.Short))
	}
	w = a.table(heads...)
	for _, m := range list {
		cells := []any{callback.Line(m.Name)}
		for _, r := range m.Reasons {
			cells = append(cells, r.Count)
		}
		row(w, cells...)
	}
	return w.Flush()
}
