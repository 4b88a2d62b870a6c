package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"ringback/callback"
)

// LookPairing asks which desk a code belongs to.
func (c *Client) LookPairing(ctx context.Context, code string) (callback.Pairing, error) {
	var p callback.Pairing
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/pairings/look", body: callback.PairingLook{Code: code}}, &p)
	return p, err
}

// AnswerPairing lets the desk of a code in, or turns it away.
func (c *Client) AnswerPairing(ctx context.Context, a callback.PairingAnswer) error {
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/pairings/answer", body: a}, nil)
	return err
}

// Pair asks the server to let this desk in, shows the code through show, and
// waits until a supervisor has answered. It asks no sooner than the server
// allows. A desk that was turned away is a CodeForbidden, a code that nobody
// answered in time a CodeUnauthorized; what breaks on the way is tried again
// until then.
func (c *Client) Pair(ctx context.Context, name string, show func(callback.PairingStart)) (callback.PairingReply, error) {
	var start callback.PairingStart
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/pairings", body: callback.PairingRequest{Name: name}, open: true}, &start)
	if err != nil {
		return callback.PairingReply{}, err
	}
	if start.DeviceCode == "" || start.UserCode == "" || start.ExpiresIn <= 0 {
		return callback.PairingReply{}, c.garbled(fmt.Errorf("a pairing without a code"))
	}
	start.UserCode = callback.Line(start.UserCode).String()
	show(start)
	ctx, cancel := context.WithTimeout(ctx, time.Duration(start.ExpiresIn)*time.Second+callback.PairingPoll)
	defer cancel()
	every := pollEvery(start.Interval)
	for {
		if !rest(ctx, every) {
			return callback.PairingReply{}, c.unpaired(ctx)
		}
		var reply callback.PairingReply
		_, err := c.call(ctx, request{
			verb: http.MethodPost, path: "/v1/pairings/poll", body: callback.PairingPollRequest{DeviceCode: start.DeviceCode}, open: true, again: true,
		}, &reply)
		switch code := callback.CodeOf(err); {
		case ctx.Err() != nil:
			return callback.PairingReply{}, c.unpaired(ctx)
		case code == callback.CodeUnreachable || code == callback.CodeBusy || code == callback.CodeInternal:
			every += callback.PairingSlower
			continue
		case err != nil:
			return callback.PairingReply{}, err
		}
		switch reply.State {
		case callback.PairingApproved:
			if reply.Token == "" || reply.Me == nil {
				return reply, c.garbled(fmt.Errorf("a pairing without a token"))
			}
			return reply, nil
		case callback.PairingDenied:
			return reply, callback.Errorf(callback.CodeForbidden, "your supervisor turned this desk away").WithHint("ask them why; then try again")
		case callback.PairingExpired:
			return reply, expired()
		}
		every = pollEvery(reply.Interval)
	}
}

func pollEvery(seconds int) time.Duration {
	return max(time.Duration(seconds)*time.Second, callback.PairingPoll)
}

// unpaired tells the person's own end from the code's.
func (c *Client) unpaired(ctx context.Context) error {
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return fmt.Errorf("wait for %s: %w", c.host, err)
	}
	return expired()
}

func expired() error {
	return callback.Errorf(callback.CodeUnauthorized, "nobody answered while the code was good").
		WithHint("run ringback login again for another code, and have your supervisor at hand")
}
