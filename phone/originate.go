package phone

import (
	"context"
	"strconv"
	"time"

	"ringback/callback"
)

const (
	// replyPatience bounds how long a telephone system may take to answer an
	// action: it only looks things up in memory for it.
	replyPatience = 10 * time.Second
	// ringGrace is given beyond the time a phone may ring, for the network.
	ringGrace = 10 * time.Second
	// settlePatience is how long after a failed try the dialplan may take to
	// try another way, before the failure counts.
	settlePatience = 2 * time.Second
	// hangupPatience bounds giving a call up.
	hangupPatience = 3 * time.Second
)

// originate rings the agent's phone and lets the telephone system dial the
// customer when it is picked up. That an action was accepted says nothing yet;
// what became of the two legs is told by events, which a call follows.
func (p *Phone) originate(ctx context.Context, number callback.Phone) (callback.DialResult, error) {
	dialled, err := p.numbers.dial(number)
	if err != nil {
		return callback.DialResult{}, err
	}
	s, err := p.enter(ctx)
	if err != nil {
		return callback.DialResult{}, err
	}
	defer s.leave()
	c := newCall(p.set.NewID(), p.set.NewID(), e164(number)+withExt(number))
	result, err := s.follow(ctx, c, s.ami.action(c, dialled, number), dialled)
	if ctx.Err() != nil && !c.over() {
		s.hangUp(context.WithoutCancel(ctx), c)
		return callback.DialResult{}, s.ami.lostError(ctx.Err())
	}
	return result, err
}

// action is the request for a call. There is never an Application in it: what
// happens with the call is the dialplan's to say.
func (a AMI) action(c *call, dialled string, number callback.Phone) message {
	m := message{
		{"Action", "Originate"},
		{"Channel", a.Channel},
		{"Context", a.Context},
		{"Exten", dialled},
		{"Priority", strconv.Itoa(a.Priority)},
		{"Timeout", strconv.Itoa(a.TimeoutS * 1000)},
		{"Async", "true"},
		{"ChannelId", c.channel},
	}
	if a.CallerID != "" {
		m = append(m, field{"CallerID", a.CallerID})
	}
	if ext := digitsOf(number.Ext); ext != "" {
		m = append(m, field{"Variable", "RINGBACK_EXT=" + ext})
	}
	return m
}

// follow asks for the call and waits until its outcome is known.
func (s *session) follow(ctx context.Context, c *call, action message, dialled string) (callback.DialResult, error) {
	reply, cancel := context.WithTimeout(ctx, replyPatience)
	defer cancel()
	m, err := s.ask(reply, c.action, action, c.see)
	if err != nil && reply.Err() != nil {
		err = reply.Err()
	}
	if err != nil {
		return callback.DialResult{}, s.ami.lostError(err)
	}
	if !success(m) {
		return callback.DialResult{}, s.ami.refusal("the call", m, dialled)
	}
	if err := s.until(ctx, c, func() bool { return c.leg != legRinging }); err != nil {
		return callback.DialResult{}, callback.Errorf(callback.CodeOf(err), "%w", err).WithHint("your phone may ring all the same; if it does not, try again")
	}
	switch c.leg {
	case legFailed:
		return callback.DialResult{}, s.ami.unreached(c)
	case legRinging:
		return c.result(), nil
	}
	// From here the two may be talking: if the line to the telephone system is
	// lost, theirs is not.
	if err := s.until(ctx, c, c.over); err != nil && !c.over() {
		c.lost = true
	}
	return c.result(), nil
}

// until lets events come in until done, or for as long as a phone may ring.
// Time that runs out is no error: a user who may not read events is told
// nothing.
func (s *session) until(ctx context.Context, c *call, done func() bool) error {
	patience := s.ami.ring() + ringGrace
	end := time.NewTimer(patience)
	defer end.Stop()
	settle := time.NewTimer(patience)
	defer settle.Stop()
	for waiting := false; !done(); {
		if c.settling != waiting {
			waiting = c.settling
			settle.Reset(settlePatience)
		}
		select {
		case m := <-s.in:
			c.see(m)
		case <-s.lost:
			return s.ami.lostError(s.why)
		case <-ctx.Done():
			return s.ami.lostError(ctx.Err())
		case <-settle.C:
			if waiting {
				c.settled = true
			}
		case <-end.C:
			return nil
		}
	}
	return nil
}

// hangUp gives the call up, whose channel may not exist yet.
func (s *session) hangUp(ctx context.Context, c *call) {
	ctx, cancel := context.WithTimeout(ctx, hangupPatience)
	defer cancel()
	for !c.gone && c.leg != legFailed {
		m, err := s.ask(ctx, s.newID(), message{{"Action", "Hangup"}, {"Channel", c.name()}}, c.see)
		if err != nil || success(m) {
			return
		}
		again := time.NewTimer(100 * time.Millisecond)
		select {
		case m := <-s.in:
			c.see(m)
		case <-again.C:
		case <-s.lost:
		case <-ctx.Done():
		}
		again.Stop()
	}
}
