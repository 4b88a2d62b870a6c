// Package month lets a call-back team work for a month of virtual time: the real server, real desks, the real rules,
// customers in twelve zones who answer by a stated model, and an auditor of its own who looks over every shoulder.
package month
