// Package network puts bad lines, strangers and many agents between desks and the server: nothing
// may be lost, nothing may count twice, and nobody may be called by two.
package network
