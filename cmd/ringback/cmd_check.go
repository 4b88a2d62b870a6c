package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Recompute everything on this desk and compare",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				r, err := d.store.Check(cmd.Context())
				if err != nil {
					return err
				}
				r.Problems = orEmpty(r.Problems)
				if a.flags.asJSON {
					err = a.printJSON(r)
				} else {
					a.sayCheck(r)
				}
				if err == nil && !r.OK {
					return errSilent
				}
				return err
			})
		},
	}
}

func (a *app) sayCheck(r callback.CheckReport) {
	for _, p := range r.Problems {
		a.sayf("%s: %s", callback.Line(p.Where), callback.Line(p.What))
	}
	if r.OK {
		a.sayf("All is well: %d cases and %d events recomputed and compared.", r.Cases, r.Events)
		return
	}
	a.sayf("%d problems. What waits to be sent is kept; fetch the rest again with: ringback sync", len(r.Problems))
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			revision := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						revision = s.Value
					}
				}
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{
					"version": version, "revision": revision, "go": runtime.Version(), "schema": callback.SchemaVersion,
					"os": runtime.GOOS, "arch": runtime.GOARCH,
				})
			}
			a.sayf("ringback %s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
