package awstest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// cursor is where a paged request goes on. As a token it is sealed: opaque, and
// worth nothing to another server.
type cursor struct {
	// Request is the fingerprint of what was asked for.
	Request [16]byte `json:"r"`
	// Issued is when the token was given, in milliseconds.
	Issued int64 `json:"n"`
	// Backward is the direction.
	Backward bool `json:"b,omitempty"`
	// At is the last event that was looked at.
	At position `json:"p"`
	// After is the name of the last thing on the page before.
	After string `json:"a,omitempty"`
}

func newSeal() cipher.AEAD {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key is of a right length
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // the block is of a right length
	}
	return seal
}

// fingerprint tells requests apart. The parts are what must not change from
// page to page.
func fingerprint(parts ...any) [16]byte {
	encoded, _ := json.Marshal(parts) // strings and numbers always encode
	sum := sha256.Sum256(encoded)
	return [16]byte(sum[:])
}

// token seals a cursor.
func (s *Server) token(c cursor) string {
	c.Issued = s.nowMillis()
	encoded, _ := json.Marshal(c) // plain data always encodes
	return base64.RawURLEncoding.EncodeToString(s.seal.Seal(nil, nil, encoded, nil))
}

// errToken is what a token gets that is foreign, expired or of another request.
// AWS documents no words of their own for the three.
var errToken = invalid("The specified nextToken is invalid.")

// open opens a token that was given for the request of that fingerprint.
func (r *request) open(token string, request [16]byte) (cursor, error) {
	var c cursor
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return c, errToken
	}
	encoded, err := r.server.seal.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(encoded, &c) != nil || c.Request != request {
		return c, errToken
	}
	age := r.server.nowMillis() - c.Issued
	if age > r.server.options.TokenLife.Milliseconds() || r.server.chance(r.faults.ExpireToken) {
		return c, errToken
	}
	return c, nil
}
