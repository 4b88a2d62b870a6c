package store

import "ringback/callback"

// Roster gives the team as the feed has named it: what its people speak and can
// do decides for whom a case is. It is read once, and again when the feed
// brings news of a colleague.
func (s *Store) Roster() (*callback.Roster, error) {
	s.mu.RLock()
	known, turn := s.team, s.teamTurn
	s.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	list, err := s.Agents()
	if err != nil {
		return nil, err
	}
	team := callback.NewRoster(list)
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn == s.teamTurn {
		s.team = team
	}
	return team, nil
}

// seat gives this desk's agent in their team.
func (s *Store) seat() (callback.Seat, error) {
	team, err := s.Roster()
	return team.Seat(s.agent()), err
}

// forgetTeam has the team read anew. mu is held.
func (s *Store) forgetTeam() {
	s.team = nil
	s.teamTurn++
}
