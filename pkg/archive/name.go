package archive

import (
	"crypto/sha256"
	"encoding/hex"
)

const (
	// maxEscaped bounds the escaped name of a log group, so that it fits a file
	// name of 255 bytes with the creation time.
	maxEscaped = 180
	// shortened stands before the hash of a name that is too long. Nothing else
	// in an escaped name is a tilde.
	shortened = "~"
)

// escape makes a file name of the name of a log group that is safe on every
// system, also on one that does not tell upper from lower case or that gives a
// meaning to dots: a slash becomes +, an upper-case letter ! and the lower-case
// one, and what is not a letter, a digit, - or _ its bytes as %2e. A name that
// grows too long is cut, and its hash takes the place of the rest.
func escape(name string) string {
	const hexDigits = "0123456789abcdef"
	b := make([]byte, 0, len(name)+16)
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
			b = append(b, c)
		case c == '/':
			b = append(b, '+')
		case 'A' <= c && c <= 'Z':
			b = append(b, '!', c-'A'+'a')
		default:
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	if len(b) <= maxEscaped {
		return string(b)
	}
	sum := sha256.Sum256([]byte(name))
	hash := shortened + hex.EncodeToString(sum[:16])
	return string(b[:maxEscaped-len(hash)]) + hash
}

// unescape reads what escape wrote. ok is false for any other name, and for one
// that was cut.
func unescape(escaped string) (name string, ok bool) {
	var b []byte
	for i := 0; i < len(escaped); i++ {
		c := escaped[i]
		switch {
		case c == '+':
			c = '/'
		case c == '!' && i+1 < len(escaped):
			i++
			c = escaped[i] - 'a' + 'A'
		case c == '%' && i+2 < len(escaped):
			decoded, err := hex.DecodeString(escaped[i+1 : i+3])
			if err != nil {
				return "", false
			}
			c = decoded[0]
			i += 2
		}
		b = append(b, c)
	}
	name = string(b)
	return name, escape(name) == escaped
}
