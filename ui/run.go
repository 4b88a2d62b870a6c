package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// Run shows the front until the agent quits or ctx ends, and leaves the
// terminal as it was, whatever happens. A ctx that ended is no error.
func Run(ctx context.Context, o Options) error { return run(ctx, o) }

// run is Run with a terminal of the test's choice.
func run(ctx context.Context, o Options, extra ...tea.ProgramOption) error {
	if err := o.validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	opts := []tea.ProgramOption{tea.WithContext(ctx)}
	if o.Look.Environ != nil {
		opts = append(opts, tea.WithEnvironment(o.Look.Environ))
	}
	root := newApp(o, newCommands(ctx, o))
	root.begin()
	_, err := tea.NewProgram(shell{root}, append(opts, extra...)...).Run()
	if err == nil || errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	if ctx.Err() != nil && !errors.Is(err, tea.ErrProgramPanic) {
		return nil
	}
	return fmt.Errorf("show the screens: %w", err)
}

// validate names the first option that is missing.
func (o Options) validate() error {
	for _, x := range []struct {
		name string
		ok   bool
	}{
		{"Desk", o.Desk != nil},
		{"Agenda", o.Agenda != nil},
		{"Drafts", o.Drafts != nil},
		{"Link", o.Link != nil},
		{"Line", o.Line != nil},
		{"Bell", o.Bell != nil},
		{"Zone", o.Zone != nil},
		{"Now", o.Now != nil},
		{"NewID", o.NewID != nil},
	} {
		if !x.ok {
			return fmt.Errorf("start the screens: option %s is missing", x.name)
		}
	}
	switch o.Look.Theme {
	case "", "auto", "dark", "light", "ansi":
		return nil
	}
	return fmt.Errorf("start the screens: theme %q is not auto, dark, light or ansi", o.Look.Theme)
}
