package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"ringback/callback"
)

// AddUser makes a user; the reply holds the token, which is shown only once.
func (c *Client) AddUser(ctx context.Context, u callback.NewUser) (callback.UserToken, error) {
	var made callback.UserToken
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/users", body: u}, &made)
	if err == nil && made.Token == "" {
		err = c.garbled(fmt.Errorf("the new user has no token"))
	}
	return made, err
}

// User is an account, as those who keep accounts see it.
type User struct {
	callback.Agent
	Team string `json:"team"`
}

// Users lists the accounts that the caller may see, closed ones included.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	var users []User
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/users"}, &users)
	return users, err
}

// CloseUser ends a user's access with the next request. With wipe their desks
// forget everything, after they have sent what they hold.
func (c *Client) CloseUser(ctx context.Context, id string, wipe bool) error {
	_, err := c.call(ctx, request{verb: http.MethodDelete, path: "/v1/users/{id}", id: id, query: wiping(wipe), again: true}, nil)
	return err
}

func wiping(wipe bool) url.Values {
	if !wipe {
		return nil
	}
	return url.Values{"wipe": {"true"}}
}

// ChangeUser changes an account; what is nil in the change stays.
func (c *Client) ChangeUser(ctx context.Context, id string, change callback.UserChange) (User, error) {
	var user User
	_, err := c.call(ctx, request{verb: http.MethodPatch, path: "/v1/users/{id}", id: id, body: change}, &user)
	return user, err
}

// IssueToken gives an account another token; name is what its desk will be
// called, or empty. The reply is the only time it is shown.
func (c *Client) IssueToken(ctx context.Context, id, name string) (callback.UserToken, error) {
	body := struct {
		Name string `json:"name,omitempty"`
	}{name}
	var made callback.UserToken
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/users/{id}/tokens", id: id, body: body}, &made)
	if err == nil && made.Token == "" {
		err = c.garbled(fmt.Errorf("the account has no new token"))
	}
	return made, err
}

// Devices lists the desks of an account.
func (c *Client) Devices(ctx context.Context, id string) (callback.DeviceList, error) {
	var list callback.DeviceList
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/users/{id}/devices", id: id}, &list)
	return list, err
}

// RevokeDevice signs one desk of an account out, or has it forget everything.
func (c *Client) RevokeDevice(ctx context.Context, id, device string, wipe bool) error {
	_, err := c.call(ctx, request{
		verb: http.MethodDelete, path: "/v1/users/{id}/devices/{part}", id: id, part: device, query: wiping(wipe), again: true,
	}, nil)
	return err
}

// AcceptDevice says that a desk may be in use at two places.
func (c *Client) AcceptDevice(ctx context.Context, id, device string) error {
	body := struct {
		Shared bool `json:"shared"`
	}{true}
	_, err := c.call(ctx, request{verb: http.MethodPatch, path: "/v1/users/{id}/devices/{part}", id: id, part: device, body: body}, nil)
	return err
}

// SignOut ends the client's own token. wiped says that this desk has forgotten
// everything, as it was told.
func (c *Client) SignOut(ctx context.Context, wiped bool) error {
	var query url.Values
	if wiped {
		query = url.Values{"wiped": {"true"}}
	}
	_, err := c.call(ctx, request{verb: http.MethodDelete, path: "/v1/me/device", query: query, again: true}, nil)
	return err
}

// Audit gives the acts on record after a number, at most limit of them; 0
// leaves that to the server.
func (c *Client) Audit(ctx context.Context, after int64, limit int) (callback.AuditPage, error) {
	query := url.Values{"after": {strconv.FormatInt(after, 10)}}
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	var page callback.AuditPage
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/audit", query: query, limit: maxReport}, &page)
	return page, err
}
