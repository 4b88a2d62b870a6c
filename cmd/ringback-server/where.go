package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"

	"ringback/callback"
)

// dsn gives the database that the flags name.
func (a *app) dsn() string {
	if a.flags.db != "" {
		return a.flags.db
	}
	return "sqlite:" + filepath.Join(dataHome(a.getenv), "ringback", "server.db")
}

// dataHome is the XDG data folder, on macOS too, where people of the terminal
// expect it.
func dataHome(getenv func(string) string) string {
	if dir := getenv("XDG_DATA_HOME"); dir != "" {
		return dir
	}
	if home := getenv("HOME"); home != "" && runtime.GOOS == "darwin" {
		return filepath.Join(home, ".local", "share")
	}
	return xdg.DataHome
}

// side gives the beginning of the names of the files beside the database.
func (a *app) side() string {
	if a.flags.state != "" {
		return a.flags.state
	}
	if strings.HasPrefix(a.dsn(), "sqlite:") {
		return "" // the file's own name
	}
	return filepath.Join(dataHome(a.getenv), "ringback", "server")
}

// housed refuses to keep a database, or the files beside one, in the root of the
// disk: a service or a cron line may have no home.
func (a *app) housed() error {
	own := a.getenv("XDG_DATA_HOME") != "" || a.getenv("HOME") != "" || runtime.GOOS == "windows"
	switch postgres := strings.HasPrefix(a.flags.db, "postgres"); {
	case own:
	case a.flags.db == "":
		return callback.Errorf(callback.CodeInvalid, "no database is named, and there is no home folder to look for one in (HOME)").
			WithHint("name it with --db or RINGBACK_DB, such as sqlite:/srv/ringback/server.db")
	case postgres && a.flags.state == "":
		return callback.Errorf(callback.CodeInvalid, "there is no home folder for the files beside the database (HOME)").
			WithHint("say where they begin with --state or RINGBACK_STATE, such as /srv/ringback/server")
	}
	return nil
}

// there refuses to make a database: a command that looks at one, or keeps one,
// would only do so to an empty one that nobody serves.
func (a *app) there() error {
	path, sqlite := strings.CutPrefix(a.dsn(), "sqlite:")
	if !sqlite || path == "" || path[0] == ':' { // the server says what is wrong with these
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return callback.Errorf(callback.CodeNotFound, "there is no database %s", callback.Line(path)).
			WithHint("name it with --db or RINGBACK_DB; the server makes a new one: ringback-server serve")
	}
	return nil
}
