package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// holidaysJSON is what `ringback policy holidays --json` prints.
type holidaysJSON struct {
	Year     int                   `json:"year"`
	Holidays []callback.HolidayUse `json:"holidays"`
	// Calendars are the names that a policy may use.
	Calendars []string `json:"calendars"`
}

func (a *app) policyHolidaysCommand() *cobra.Command {
	var year int
	var regions []string
	cmd := &cobra.Command{
		Use:   "holidays [FILE]",
		Short: "List the holidays of a year that a policy counts, and where",
		Long: `List the holidays of a year that a policy counts, and where: those on which no
business hours pass, and those on which nobody is phoned. It is the policy in
force, or that of FILE, for which no server is needed.

Holidays are dates, names of calendars such as us, gb or de-by, and in calling
windows also "national": the holidays of the region that the customer's number
belongs to. --region says which regions to list for it.`,
		Example: `ringback policy holidays --year 2027 --region US --region IE`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if year == 0 {
				year = a.now().Year()
			}
			if year < 1900 || year > 9999 {
				return callback.Errorf(callback.CodeInvalid, "--year is %d", year).WithHint("it is a year such as 2027")
			}
			p, err := a.policyFrom(cmd, args)
			if err != nil {
				return err
			}
			for i := range regions {
				regions[i] = strings.ToUpper(regions[i])
			}
			list := p.Holidays(year, regions...)
			if a.flags.asJSON {
				return a.printJSON(holidaysJSON{year, orEmpty(list), callback.Calendars()})
			}
			return a.sayHolidays(year, list)
		},
	}
	cmd.Flags().IntVar(&year, "year", 0, "the year (default: this one)")
	cmd.Flags().StringSliceVar(&regions, "region", nil, "a region of customers, as in the numbering plan: US, GB, …")
	return cmd
}

// policyFrom reads the policy of a file, or else the one in force.
func (a *app) policyFrom(cmd *cobra.Command, args []string) (callback.Policy, error) {
	if len(args) > 0 {
		return a.readPolicy(args[0])
	}
	_, c, err := a.remote(cmd)
	if err != nil {
		return callback.Policy{}, err
	}
	return c.Policy(cmd.Context(), 0)
}

func (a *app) sayHolidays(year int, list []callback.HolidayUse) error {
	if len(list) == 0 {
		a.sayf("The policy counts no holidays in %d.", year)
	} else {
		w := a.table("DATE", "DAY", "CALENDAR", "HOLIDAY", "KEPT BY")
		for _, u := range list {
			at, err := time.Parse(time.DateOnly, u.Date)
			if err != nil {
				return fmt.Errorf("read holiday: %w", err)
			}
			row(w, u.Date, at.Weekday().String()[:3], u.Calendar, callback.Line(u.Name), keptBy(u))
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	a.sayf("Calendars to choose from: %s.", strings.Join(callback.Calendars(), " "))
	return nil
}

// keptBy says what a holiday stops.
func keptBy(u callback.HolidayUse) string {
	var out []string
	if u.Business {
		out = append(out, "business hours")
	}
	for _, region := range u.Windows {
		if region == "" {
			region = "other regions"
		}
		out = append(out, "calls to "+callback.Line(region).String())
	}
	return strings.Join(out, ", ")
}
