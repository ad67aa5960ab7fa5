package lambdalog

// maxDigits bounds the digits before the decimal point: a million million
// milliseconds are 31 years, and their microseconds fit a float64 exactly.
const (
	maxDigits = 12
	maxMicros = 999_999_999_999_999
)

// millis reads a decimal number of milliseconds at b[i:] as microseconds. From
// the fourth decimal on it rounds half up. There must be a digit before the
// point and after it; signs, exponents, thousands separators, hexadecimals, NaN
// and Inf are not numbers of a log line.
func millis(b []byte, i int) (v Micros, next int, ok bool) {
	n, i, ok := digits(b, i)
	if !ok || i == len(b) || b[i] != '.' {
		return Micros(n * 1000), i, ok
	}
	v = Micros(n)
	i++
	point := i
	scale := Micros(1000)
	for i < len(b) && isDigit(b[i]) {
		digit := Micros(b[i] - '0')
		switch {
		case scale > 1:
			scale /= 10
			v = v*10 + digit
		case i-point == 3 && digit >= 5:
			v++
		}
		i++
	}
	v *= scale
	return v, i, i > point && v <= maxMicros
}

// whole reads a whole number at b[i:]; decimals are accepted where they are
// all zero, as JSON writers print floats.
func whole(b []byte, i int) (v int64, next int, ok bool) {
	v, i, ok = digits(b, i)
	if !ok || i == len(b) || b[i] != '.' {
		return v, i, ok
	}
	i++
	point := i
	for i < len(b) && b[i] == '0' {
		i++
	}
	return v, i, i > point && (i == len(b) || !isDigit(b[i]))
}

// digits reads one digit or more at b[i:], and no more than maxDigits.
func digits(b []byte, i int) (v int64, next int, ok bool) {
	first := i
	for i < len(b) && isDigit(b[i]) {
		v = v*10 + int64(b[i]-'0')
		if i++; i-first > maxDigits {
			return 0, i, false
		}
	}
	return v, i, i > first
}

// unit skips the blanks and the unit that have to follow a number: a line that
// was cut inside a number has lost its unit.
func unit(b []byte, i int, name string) (next int, ok bool) {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if !hasPrefix(b[i:], name) {
		return i, false
	}
	return i + len(name), true
}
