package callback

import "fmt"

// GuideStanding tells what a team made of a guide that comes with the server.
type GuideStanding string

// The standings of default guides.
const (
	// GuideCurrent: it is in force.
	GuideCurrent GuideStanding = "current"
	// GuideMissing: the team never had it; it came with a later server.
	GuideMissing GuideStanding = "missing"
	// GuideNewer: an earlier version of it is in force, as it came.
	GuideNewer GuideStanding = "newer"
	// GuideOwn: the team has words of its own under its id.
	GuideOwn GuideStanding = "own"
)

// DefaultGuide is a guide that comes with the server, as a team has it.
type DefaultGuide struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	For      []Kind `json:"for"`
	Language string `json:"language"`
	// Version is that of the server, InForce the team's, 0 for none.
	Version int `json:"version"`
	InForce int `json:"in_force"`
	// From is the version of the server's that the team had last, 0 for none: what
	// words of its own were made from.
	From     int           `json:"from"`
	Standing GuideStanding `json:"standing"`
}

// DefaultGuideOf compares a guide that comes with the server with what a team
// has under its id: the version in force, and the last one that had come with
// the server; 0 for none.
func DefaultGuideOf(g Guide, inForce, from int) DefaultGuide {
	d := DefaultGuide{ID: g.ID, Title: g.Title, For: g.For, Language: g.Language, Version: g.Version, InForce: inForce, From: from}
	switch {
	case inForce == 0:
		d.Standing = GuideMissing
	case inForce != from:
		d.Standing = GuideOwn
	case g.Version > inForce:
		d.Standing = GuideNewer
	default:
		d.Standing = GuideCurrent
	}
	return d
}

// Waits tells whether it can be published without taking a team's own words
// from it.
func (d DefaultGuide) Waits() bool { return d.Standing == GuideMissing || d.Standing == GuideNewer }

// Words say to a person what stands out; empty for a guide that is in force, and
// for the team's own while the server's is the one that it was made from.
func (d DefaultGuide) Words() string {
	switch {
	case d.Standing == GuideMissing:
		return fmt.Sprintf("%s, version %d, came with a later server and was never published", d.ID, d.Version)
	case d.Standing == GuideNewer:
		return fmt.Sprintf("%s, version %d, is newer than the one in force (%d)", d.ID, d.Version, d.InForce)
	case d.Standing == GuideOwn && d.Version > d.From:
		return fmt.Sprintf("%s is your team's own (version %d); the server's has changed since (version %d) and is left alone", d.ID, d.InForce, d.Version)
	}
	return ""
}
