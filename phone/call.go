package phone

import (
	"fmt"
	"strings"

	"ringback/callback"
)

// leg is where the agent's own phone stands.
type leg int

const (
	legRinging leg = iota
	legUp
	legFailed
)

// call follows one call through the events of a telephone system.
type call struct {
	// action and channel are our ids of the request and of the agent's leg.
	action, channel string
	// number is the customer's, in words.
	number string
	leg    leg
	// lost tells that the telephone system stopped telling.
	lost bool
	// reason is the code that the agent's leg failed with.
	reason string
	// chanName is what Asterisk calls the agent's channel.
	chanName string
	// gone tells that the agent's channel has ended, with this cause.
	gone  bool
	cause string
	customer
}

// customer is the other leg.
type customer struct {
	// tried tells that the dialplan dialled; status is how its last try ended,
	// empty while it goes on.
	tried  bool
	status string
	// ringing holds the channels that ring: a dialplan may try several at once.
	ringing map[string]bool
	// peer is the channel of the last try that ended, peerCause why it did.
	peer, peerCause string
	// settling tells that all tries failed and another may follow; settled
	// that none did.
	settling, settled bool
}

func newCall(action, channel, number string) *call {
	return &call{
		action: action, channel: channel, number: number,
		customer: customer{ringing: map[string]bool{}},
	}
}

// name is how the agent's channel can be addressed: by its name, or by its id
// as long as that is unknown.
func (c *call) name() string {
	if c.chanName != "" {
		return c.chanName
	}
	return c.channel
}

// see takes an event in. Those of other calls are passed over.
func (c *call) see(m message) {
	id := m.get("Uniqueid")
	switch strings.ToLower(m.get("Event")) {
	case "newchannel":
		if id == c.channel {
			c.chanName = m.get("Channel")
		}
	case "originateresponse":
		if m.get("ActionID") == c.action {
			c.originated(m)
		}
	case "dialbegin":
		// The ring of the agent's own phone has no calling channel.
		if id == c.channel && c.status != statusAnswer && len(c.ringing) < maxRinging {
			c.ringing[m.get("DestUniqueid")] = true
			c.tried, c.status, c.peer, c.peerCause, c.settling = true, "", "", "", false
		}
	case "dialend":
		if id == c.channel && c.status != statusAnswer {
			delete(c.ringing, m.get("DestUniqueid"))
			c.tried, c.status, c.peer, c.peerCause = true, strings.ToUpper(m.get("DialStatus")), m.get("DestUniqueid"), ""
			c.settling = len(c.ringing) == 0
		}
	case "hangup":
		switch {
		case id == c.channel:
			c.gone, c.cause = true, m.get("Cause")
		case id != "" && id == c.peer:
			c.peerCause = m.get("Cause")
		}
	}
}

func (c *call) originated(m message) {
	c.reason = m.get("Reason")
	if strings.EqualFold(m.get("Response"), "Success") {
		c.leg = legUp
		return
	}
	c.leg = legFailed
}

// maxRinging bounds what a telephone system can make us remember.
const maxRinging = 64

// over tells that there is nothing more to learn before the talk.
func (c *call) over() bool {
	return c.leg == legFailed || c.gone || c.settled || c.status == statusAnswer
}

// The ways a try of the dialplan ends, in the field DialStatus.
const (
	statusAnswer      = "ANSWER"
	statusBusy        = "BUSY"
	statusNoAnswer    = "NOANSWER"
	statusCancel      = "CANCEL"
	statusCongestion  = "CONGESTION"
	statusUnavailable = "CHANUNAVAIL"
)

// reasons gives the status that a reason code of OriginateResponse stands for.
// They are Asterisk's control frames: 1 hangup, 3 ringing, 4 answer, 5 busy,
// 8 congestion; 0 is none at all.
var reasons = map[string]string{
	"0": statusUnavailable, "1": statusCancel, "3": statusNoAnswer, "4": statusAnswer, "5": statusBusy, "8": statusCongestion,
}

// noSuchNumber are the causes (ITU-T Q.850) by which a network says that a
// number leads nowhere: unallocated, changed, invalid format.
var noSuchNumber = map[string]bool{"1": true, "22": true, "28": true}

// suggest gives the disposition that the end of a try stands for. Only what
// the customer's own leg tells counts; that the agent's phone was busy says
// nothing of the customer.
func suggest(status, cause string) callback.Disposition {
	switch status {
	case statusBusy:
		return callback.Busy
	case statusNoAnswer, statusCancel:
		return callback.NoAnswer
	case statusCongestion, statusUnavailable:
		if noSuchNumber[cause] {
			return callback.Disconnected
		}
		return callback.TechnicalFailure
	}
	return ""
}

// result says what is known of the customer's leg.
func (c *call) result() callback.DialResult {
	r := callback.DialResult{How: Asterisk}
	switch {
	case c.leg == legRinging:
		r.Detail = "The telephone system took the call, but does not say how it goes on. Look at your phone."
	case c.status == statusAnswer:
		r.Detail = "Connected with " + c.number + "."
	case !c.tried && c.gone:
		r.Detail = "The dialplan ended the call before it dialled " + c.number + "."
		r.Suggest = callback.TechnicalFailure
	case c.status == "" && c.gone:
		r.Detail = "Hung up while " + c.number + " rang."
		r.Suggest = callback.NoAnswer
	case c.status == "" && c.lost:
		r.Detail = "Your phone is connected; the telephone system stopped telling how it goes on."
	case c.status == "":
		r.Detail = "Your phone is connected; " + c.number + " is being dialled."
	default:
		r.Suggest = suggest(c.status, c.endCause())
		r.Detail = words(c.status, r.Suggest, c.number)
	}
	return r
}

// endCause is why the last try ended.
func (c *call) endCause() string {
	if c.peerCause != "" {
		return c.peerCause
	}
	return c.cause
}

func words(status string, d callback.Disposition, number string) string {
	switch {
	case d == callback.Disconnected:
		return "The network says that " + number + " leads nowhere. Check the number before you record that."
	case status == statusBusy:
		return number + " is busy."
	case status == statusNoAnswer:
		return number + " does not answer."
	case status == statusCancel:
		return "Hung up while " + number + " rang."
	case status == statusCongestion:
		return "The network could not take the call to " + number + "."
	case status == statusUnavailable:
		return "The telephone system has no way to " + number + " now."
	}
	return "The dialplan ended the call to " + number + " with " + callback.Line(status).String() + "."
}

// unreached is the sentence for an agent's phone that was not picked up.
// Nobody was called then, so there is no attempt to record.
func (a AMI) unreached(c *call) error {
	mine, code, do := callback.Line(a.Channel).String(), callback.CodeConflict, "try again"
	var said string
	switch reasons[c.reason] {
	case statusBusy:
		said, do = "is busy", "end its other call and try again"
	case statusNoAnswer:
		said, do = fmt.Sprintf("rang for %d seconds and was not picked up", a.TimeoutS), "try again and pick it up"
	case statusCancel:
		said = "declined the call"
	case statusCongestion:
		said, code = "could not be reached: the network is congested", callback.CodeBusy
	case statusUnavailable:
		said, do, code = "could not be reached: there is no such phone, or it is not registered", "switch it on, or check dial.ami.channel with: ringback doctor dial", callback.CodeInvalid
	default:
		said, code = "could not be reached: reason "+callback.Line(c.reason).String(), callback.CodeInvalid
	}
	return callback.Errorf(code, "your own phone %s %s; the customer was not called", mine, said).WithHint("%s", do)
}
