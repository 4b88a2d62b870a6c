package main

import "ringback/callback"

// routingForm is the policy's routing as people write it.
type routingForm struct {
	Language *routeForm  `yaml:"language,omitempty"`
	Skills   []skillForm `yaml:"skills,omitempty"`
	Weight   float64     `yaml:"weight"`
}

type routeForm struct {
	Match        callback.Match `yaml:"match"`
	OpenToAnyone minutes        `yaml:"open_to_anyone,omitempty"`
}

type skillForm struct {
	Skill        string          `yaml:"skill"`
	Scores       *scoresForm     `yaml:"scores,omitempty"`
	Kinds        []callback.Kind `yaml:"kinds,omitempty,flow"`
	ValueFrom    float64         `yaml:"value_from,omitempty"`
	AfterRefusal bool            `yaml:"after_refusal,omitempty"`
	Match        callback.Match  `yaml:"match"`
	OpenToAnyone minutes         `yaml:"open_to_anyone,omitempty"`
}

type scoresForm struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

// routingFormOf gives nil for a policy that asks for nothing.
func routingFormOf(r callback.RoutingRules) *routingForm {
	if r.Language == (callback.RouteRule{}) && r.Skills == nil && r.Weight == 0 {
		return nil
	}
	f := &routingForm{Weight: r.Weight}
	if r.Language != (callback.RouteRule{}) {
		f.Language = &routeForm{r.Language.Match, minutes(r.Language.OpenToAnyone)}
	}
	f.Skills = each(r.Skills, func(s callback.SkillRule) skillForm {
		return skillForm{
			s.Skill, (*scoresForm)(s.Scores), s.Kinds, s.ValueFrom, s.AfterRefusal, s.Match, minutes(s.OpenToAnyone),
		}
	})
	return f
}

func (f *routingForm) rules() callback.RoutingRules {
	if f == nil {
		return callback.RoutingRules{}
	}
	r := callback.RoutingRules{Weight: f.Weight}
	if f.Language != nil {
		r.Language = callback.RouteRule{Match: f.Language.Match, OpenToAnyone: int(f.Language.OpenToAnyone)}
	}
	r.Skills = each(f.Skills, func(s skillForm) callback.SkillRule {
		return callback.SkillRule{
			Skill: s.Skill, Scores: (*callback.ScoreRange)(s.Scores), Kinds: s.Kinds, ValueFrom: s.ValueFrom, AfterRefusal: s.AfterRefusal,
			RouteRule: callback.RouteRule{Match: s.Match, OpenToAnyone: int(s.OpenToAnyone)},
		}
	})
	return r
}
