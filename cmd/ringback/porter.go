package main

import (
	"context"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/ui"
)

// porterPatience bounds how long a supervisor waits for the server's answer.
const porterPatience = 10 * time.Second

// porter lets desks in from the screens.
type porter struct{ client *client.Client }

// porterOf gives those one who keep accounts, and nil to the others.
func porterOf(d *desk) ui.Porter {
	switch d.Me.Role {
	case callback.RoleSupervisor, callback.RoleAdmin:
		return porter{d.client}
	}
	return nil
}

// Look implements ui.Porter.
func (p porter) Look(ctx context.Context, code string) (callback.Pairing, error) {
	ctx, cancel := context.WithTimeout(ctx, porterPatience)
	defer cancel()
	return p.client.LookPairing(ctx, code)
}

// Answer implements ui.Porter.
func (p porter) Answer(ctx context.Context, a callback.PairingAnswer) error {
	ctx, cancel := context.WithTimeout(ctx, porterPatience)
	defer cancel()
	return p.client.AnswerPairing(ctx, a)
}
