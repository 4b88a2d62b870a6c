package phone

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"time"

	"ringback/callback"
)

// session is a connection to a telephone system that has greeted us.
type session struct {
	*wire
	ami     AMI
	newID   func() string
	version string
	// plainly tells that the secret itself was sent.
	plainly bool
}

// greet connects and reads the banner.
func (p *Phone) greet(ctx context.Context) (*session, error) {
	a := p.set.AMI
	conn, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := conn.SetReadDeadline(time.Now().Add(connectPatience)); err != nil {
		_ = conn.Close()
		return nil, a.lostError(err)
	}
	r := bufio.NewReaderSize(conn, maxLine)
	version, err := readBanner(r)
	if err == nil {
		err = conn.SetReadDeadline(time.Time{})
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, a.bannerError(err)
	}
	return &session{wire: newWire(conn, r), ami: a, newID: p.set.NewID, version: callback.Line(version).String()}, nil
}

func (a AMI) bannerError(err error) error {
	e := callback.Errorf(callback.CodeUnreachable, "what answers at %s is not Asterisk's manager interface: %w", a.Addr, err)
	if errors.Is(err, context.Canceled) {
		return a.lostError(err)
	}
	if a.TLS {
		return e.WithHint("check the port in dial.ami.addr; it is usually %s with TLS", amiTLSPort)
	}
	return e.WithHint("check the port in dial.ami.addr; it is usually %s", amiPort)
}

// lostError is the sentence for a connection that broke or does not answer.
func (a AMI) lostError(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return callback.Errorf(callback.CodeUnreachable, "the call was given up: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return callback.Errorf(callback.CodeUnreachable, "the telephone system at %s closed the line in the middle: %w", a.Addr, err).
			WithHint("try again; if it stays so, look into Asterisk's own log")
	case errors.Is(err, context.DeadlineExceeded):
		return callback.Errorf(callback.CodeUnreachable, "the telephone system at %s does not answer in time: %w", a.Addr, err).
			WithHint("try again; if it stays so, look into Asterisk's own log")
	}
	return callback.Errorf(callback.CodeUnreachable, "the line to the telephone system at %s broke: %w", a.Addr, err).WithHint("try again")
}

// enter connects and signs in.
func (p *Phone) enter(ctx context.Context) (*session, error) {
	s, err := p.greet(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.login(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// request asks with a fresh id, and makes a sentence of a broken line.
func (s *session) request(ctx context.Context, action message, see func(message)) (message, error) {
	m, err := s.ask(ctx, s.newID(), action, see)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, s.ami.lostError(err)
	}
	return m, nil
}

func unseen(message) {}

// login signs in. The secret itself never leaves the machine: it answers a
// challenge (MD5 is what the protocol has). Only where challenges are switched
// off, and nobody can listen, is it sent as it is.
func (s *session) login(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, loginPatience)
	defer cancel()
	secret, err := s.ami.Secret()
	if err != nil {
		return err
	}
	action := message{{"Action", "Login"}, {"Username", s.ami.User}}
	m, err := s.request(ctx, message{{"Action", "Challenge"}, {"AuthType", "MD5"}}, unseen)
	if err != nil {
		return err
	}
	if challenge := m.get("Challenge"); success(m) && challenge != "" {
		action = append(action, field{"AuthType", "MD5"}, field{"Key", answer(challenge, secret)})
	} else if s.ami.private() {
		s.plainly = true
		action = append(action, field{"Secret", secret})
	} else {
		return callback.Errorf(callback.CodeUnauthorized, "the telephone system at %s offers no challenge, so that the secret would travel in the clear", s.ami.Addr).
			WithHint("set dial.ami.tls = true")
	}
	// Of all that happens on the system only calls matter here.
	m, err = s.request(ctx, append(action, field{"Events", "call"}), unseen)
	if err != nil {
		return err
	}
	if !success(m) {
		return s.ami.refusal("signing in", m, "")
	}
	return nil
}

// answer is the response to an MD5 challenge: hex(md5(challenge + secret)).
func answer(challenge, secret string) string {
	sum := md5.Sum([]byte(challenge + secret))
	return hex.EncodeToString(sum[:])
}

// leave says goodbye, without waiting for it to be said back.
func (s *session) leave() {
	_ = s.send(message{{"Action", "Logoff"}}, goodbyePatience)
	s.close()
}

func success(m message) bool { return strings.EqualFold(m.get("Response"), "Success") }
