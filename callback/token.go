package callback

import (
	"encoding/base64"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
)

// tokenPrefix lets scanners of leaked secrets recognise a token.
const tokenPrefix = "rb_"

// TokenOf writes 256 secret bits as a bearer token: the prefix, the bits, and a
// checksum by which a mistyped token is told from an unknown one.
func TokenOf(secret [32]byte) string {
	body := base64.RawURLEncoding.EncodeToString(secret[:])
	return tokenPrefix + body + tokenSum(body)
}

// WellFormedToken tells whether a token could be one of ours.
func WellFormedToken(token string) bool {
	body, ok := strings.CutPrefix(token, tokenPrefix)
	return ok && len(body) == 43+7 && tokenSum(body[:43]) == body[43:]
}

// tokenSum is the CRC-32 of a token's body in seven digits of base 36.
func tokenSum(body string) string {
	sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 36)
	return strings.Repeat("0", 7-len(sum)) + sum
}

// TokenRequest is the body of POST /v1/me/token: a desk tells its next token.
type TokenRequest struct {
	// Hash is the SHA-256 of the token, in 64 hexadecimal digits.
	Hash string `json:"hash"`
}

// TokenRenewal is the reply: the next token is good from now on, the present
// one until the next was used.
type TokenRenewal struct {
	// Expires is when the next token ends unless it is renewed; zero if never.
	Expires time.Time `json:"expires,omitzero"`
}
