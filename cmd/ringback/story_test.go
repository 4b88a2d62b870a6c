package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestStory runs the stories of testdata: the two programs as a person or a
// script uses them, on a real server. They read as a manual; the commands that
// are not the programs' own are in storycmd_test.go.
func TestStory(t *testing.T) {
	server := filepath.Dir(builtPath(t, serverPackage))
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			if err := os.MkdirAll(home, 0o700); err != nil {
				return err
			}
			e.Setenv("PATH", e.Getenv("PATH")+string(filepath.ListSeparator)+server)
			e.Setenv("HOME", home)
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, ".local"))
			e.Setenv("RINGBACK_DATA", filepath.Join(e.WorkDir, "desk"))
			e.Setenv("RINGBACK_KEYRING", "off")
			e.Setenv("LANG", "C.UTF-8")
			e.Setenv("TZ", "UTC")
			s := newServer(filepath.Join(server, "ringback-server"), e.WorkDir)
			e.Values[serverKey] = s
			e.Defer(s.stop)
			demo := &runningDemo{}
			e.Values[demoKey] = demo
			e.Defer(demo.kill)
			asking := &asking{}
			e.Values[askingKey] = asking
			e.Defer(asking.kill)
			return nil
		},
		Cmds: storyCommands,
	})
}
