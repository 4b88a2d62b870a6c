package ui

import (
	"context"
	"testing"
	"time"

	"ringback/callback"
)

// doorman is a server at which one desk shows a code.
type doorman struct {
	answers []callback.PairingAnswer
	code    string
	desk    callback.Pairing
}

func (d *doorman) Look(_ context.Context, code string) (callback.Pairing, error) {
	if code != d.code {
		return callback.Pairing{}, callback.Errorf(callback.CodeNotFound, "no desk waits with this code")
	}
	return d.desk, nil
}

func (d *doorman) Answer(_ context.Context, a callback.PairingAnswer) error {
	d.answers = append(d.answers, a)
	return nil
}

// leads makes the agent a leader of the team, with a desk before the door.
func leads(role callback.UserRole, d *doorman) func(*fake, *Options) {
	return func(f *fake, o *Options) {
		f.me.Role = role
		d.code = "BCDF-GHJK"
		d.desk = callback.Pairing{Name: "front\x1b[2J desk (linux)", Place: "10.0.0.7", Asked: f.now().Add(-30 * time.Second)}
		f.agents = []callback.Agent{
			{ID: f.me.ID, Name: "Anna Petrova", Role: role},
			{ID: "boris", Name: "Boris", Role: callback.RoleAgent},
			{ID: "gone", Name: "Gone", Role: callback.RoleAgent, Gone: true},
			{ID: "tina", Name: "Tina", Role: callback.RoleTrainer},
		}
		o.Porter = d
	}
}

func (x *hand) pairs(code string) {
	x.t.Helper()
	x.press(":")
	x.write("pair a desk")
	x.press("enter")
	x.sees("Let a desk in")
	x.write(code)
	x.press("enter")
	x.wait(grace)
}

// A supervisor sees which desk asks, and lets it in as one of their agents.
func TestLetADeskIn(t *testing.T) {
	d := &doorman{}
	x := newHand(t, 80, 24, leads(callback.RoleSupervisor, d))
	x.pairs("BCDF-GHJK")
	x.sees("front desk (linux) at 10.0.0.7 asked 30 s ago", "as Boris (boris, agent)", "turn away", "told you the code themselves")
	x.misses("Gone", "Tina")
	x.write("boris")
	x.press("enter")
	if len(d.answers) != 1 || d.answers[0] != (callback.PairingAnswer{Code: "BCDF-GHJK", User: "boris", Approve: true}) {
		t.Fatalf("answered %+v", d.answers)
	}
	x.sees("may sign in as Boris now")
}

func TestPairingGolden(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(sized("pairing", size), func(t *testing.T) {
			x := newHand(t, size[0], size[1], worked, leads(callback.RoleSupervisor, &doorman{}))
			x.pairs("BCDF-GHJK")
			golden(t, sized("pairing", size), x.screen())
		})
	}
}

func TestTurnADeskAway(t *testing.T) {
	d := &doorman{}
	x := newHand(t, 80, 24, leads(callback.RoleAdmin, d))
	x.pairs("BCDF-GHJK")
	x.sees("Tina")
	x.write("do not know")
	x.press("enter")
	if len(d.answers) != 1 || d.answers[0].Approve || d.answers[0].User != "" {
		t.Fatalf("answered %+v", d.answers)
	}
	x.sees("was turned away.")
}

func TestACodeThatNobodyShows(t *testing.T) {
	d := &doorman{}
	x := newHand(t, 80, 24, leads(callback.RoleSupervisor, d))
	x.pairs("XXXX-XXXX")
	x.sees("Could not find that desk: no desk waits with this code")
}

// Agents are offered nothing of the kind.
func TestAgentsLetNobodyIn(t *testing.T) {
	x := newHand(t, 80, 24)
	x.press(":")
	x.write("pair a desk")
	x.sees("Nothing by that name.")
}

// What the server has to say stands on every screen, and whole on the Sync
// screen.
func TestNoticeOfTheServer(t *testing.T) {
	x := newHand(t, 120, 40, func(f *fake, _ *Options) {
		f.status.Notice = "This desk's folder or token is in use at two places. Nothing is lost."
	})
	x.sees("in use at two places")
	x.press("5")
	x.sees("Nothing is lost.")
}
