package server

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Backup is a backup that is still meant for restore. What it does not hold,
// desks keep in their journals.
type Backup struct {
	// Name is the file, or what the operator calls it.
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	// Epoch is the history that it is of.
	Epoch string `json:"epoch"`
	// Positions are the heads of the teams' feeds in it.
	Positions map[string]uint64 `json:"positions"`
	// Bytes is the size of a file that was just written.
	Bytes int64 `json:"bytes,omitempty"`
}

// stable gives the position up to which all backups that are meant for restore
// hold a team's history.
func stable(ctx context.Context, q *rows.Queries, team string) (uint64, error) {
	list, err := q.BackedUp(ctx, team)
	if err != nil {
		return 0, err
	}
	positions := make([]uint64, len(list))
	for i, pos := range list {
		positions[i] = uint64(pos)
	}
	return callback.Stable(positions), nil
}

// Backups lists what is meant for restore, the latest first.
func (s *Server) Backups(ctx context.Context) ([]Backup, error) {
	list, err := s.db.ask.Backups(ctx)
	if err != nil {
		return nil, s.db.failure("list backups", err)
	}
	return backupsOf(list), nil
}

func backupsOf(list []rows.Backup) []Backup {
	out := []Backup{}
	for _, r := range list {
		if n := len(out); n == 0 || out[n-1].Name != r.Name {
			out = append(out, Backup{Name: r.Name, At: fromMicros(r.At), Epoch: r.Epoch, Positions: map[string]uint64{}})
		}
		out[len(out)-1].Positions[r.Team] = uint64(r.Pos)
	}
	return out
}

// NoteBackup registers a backup that other tools are about to make, as
// pg_dump: it will hold at least what the database holds now.
func (s *Server) NoteBackup(ctx context.Context, name string) (Backup, error) {
	if name = callback.Line(name).String(); name == "" {
		return Backup{}, callback.Errorf(callback.CodeInvalid, "a backup needs a name")
	}
	b := Backup{Name: name, At: s.now()}
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		now, err := stoodNow(ctx, q)
		b.Epoch, b.Positions = now.Epoch, now.Heads
		return err
	})
	if err != nil {
		return b, s.db.failure("look where the history stands", err)
	}
	return b, s.register(ctx, b)
}

// register keeps a backup in the list; one of the same name is replaced.
func (s *Server) register(ctx context.Context, b Backup) error {
	return s.write(ctx, scope{all: true}, func(u *unit) error { return b.list(u.ctx, u.q) })
}

// list puts the backup on a list, in the place of one of the same name.
func (b Backup) list(ctx context.Context, q *rows.Queries) error {
	if _, err := q.ForgetBackup(ctx, b.Name); err != nil {
		return err
	}
	for team, pos := range b.Positions {
		err := q.AddBackup(ctx, rows.AddBackupParams{Name: b.Name, Team: team, At: micros(b.At), Epoch: b.Epoch, Pos: int64(pos)})
		if err != nil {
			return err
		}
	}
	return nil
}

// ForgetBackup takes a backup out of the list: it is not meant for restore any
// more, and desks need not keep what only it lacked. The file stays.
func (s *Server) ForgetBackup(ctx context.Context, name string) error {
	return s.write(ctx, scope{all: true}, func(u *unit) error {
		n, err := u.q.ForgetBackup(u.ctx, name)
		if err == nil && n == 0 {
			err = callback.Errorf(callback.CodeNotFound, "there is no backup %q in the list", callback.Line(name).String()).
				WithHint("ringback-server backup list shows them")
		}
		return err
	})
}

// KeepBackups forgets all but the latest n backups that lie in one folder, and
// removes their files. It gives the names of those.
func (s *Server) KeepBackups(ctx context.Context, folder string, n int) ([]string, error) {
	list, err := s.Backups(ctx)
	if err != nil {
		return nil, err
	}
	gone := []string{}
	for _, b := range list {
		if filepath.Dir(b.Name) != folder {
			continue
		}
		if n--; n >= 0 {
			continue
		}
		if err := os.Remove(b.Name); err != nil && !os.IsNotExist(err) {
			return gone, callback.Errorf(callback.CodeInvalid, "the old backup %s cannot be removed: %w", b.Name, err)
		}
		if err := s.ForgetBackup(ctx, b.Name); err != nil {
			return gone, err
		}
		gone = append(gone, b.Name)
	}
	return gone, nil
}
