package lambdalog

// ParseTime reads the time that b begins with as milliseconds since the Unix
// epoch and returns how many bytes it took. It reads RFC 3339 and its kin,
//
//	2026-05-14T16:10:29.574Z   2026-05-29T16:16:03.972000+00:00
//	2024-06-13T20:11:07        2021-12-20 14:41:10.412
//
// with T or a blank before the clock, up to nine decimals (cut to
// milliseconds), and the zone Z, ±hh:mm, ±hhmm or none, which is UTC. A time
// before 1970 is none.
func ParseTime(b []byte) (millis int64, n int, ok bool) {
	if len(b) < len("2006-01-02T15:04:05") || b[4] != '-' || b[7] != '-' ||
		b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0, 0, false
	}
	century, ok0 := twoDigits(b, 0)
	year, ok1 := twoDigits(b, 2)
	month, ok2 := twoDigits(b, 5)
	day, ok3 := twoDigits(b, 8)
	hour, ok4 := twoDigits(b, 11)
	minute, ok5 := twoDigits(b, 14)
	second, ok6 := twoDigits(b, 17)
	ok = ok0 && ok1 && ok2 && ok3 && ok4 && ok5 && ok6
	if !ok || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return 0, 0, false
	}
	year += century * 100
	days := daysFromCivil(year, month, day)
	if day > 28 && days >= daysFromCivil(year, month+1, 1) {
		return 0, 0, false
	}
	millis = (days*86400 + hour*3600 + minute*60 + second) * 1000
	n = 19
	if n < len(b) && (b[n] == '.' || b[n] == ',') && n+1 < len(b) && isDigit(b[n+1]) {
		n++
		for scale := int64(100); n < len(b) && isDigit(b[n]); n++ {
			millis += int64(b[n]-'0') * scale
			scale /= 10
		}
	}
	offset, zone := zoneOffset(b[n:])
	millis -= offset
	return millis, n + zone, 0 <= millis && millis < endOfTime
}

// endOfTime is the year 10000, which has no four-digit name.
const endOfTime = 253_402_300_800_000

// zoneOffset reads Z, ±hh:mm or ±hhmm as milliseconds east of UTC.
func zoneOffset(b []byte) (millis int64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	if b[0] == 'Z' {
		return 0, 1
	}
	if b[0] != '+' && b[0] != '-' {
		return 0, 0
	}
	hours, ok := twoDigits(b, 1)
	if !ok {
		return 0, 0
	}
	n = 3
	if n < len(b) && b[n] == ':' {
		n++
	}
	minutes, ok := twoDigits(b, n)
	if !ok || hours > 23 || minutes > 59 {
		return 0, 0
	}
	millis = (hours*60 + minutes) * 60_000
	if b[0] == '-' {
		millis = -millis
	}
	return millis, n + 2
}

// daysFromCivil counts the days from 1970-01-01 to a date of the Gregorian
// calendar, where month 13 is the next January. Years begin in March here, so
// that the leap day comes last (H. Hinnant, chrono-Compatible Low-Level Date
// Algorithms).
func daysFromCivil(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*146097 + dayOfEra - 719468
}

func twoDigits(b []byte, i int) (int64, bool) {
	if i+2 > len(b) || !isDigit(b[i]) || !isDigit(b[i+1]) {
		return 0, false
	}
	return int64(b[i]-'0')*10 + int64(b[i+1]-'0'), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
