package lambdalog

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// corpusLine is one published line of testdata/corpus.jsonl and what it holds;
// a nil field is absent.
type corpusLine struct {
	Raw     string `json:"raw"`
	Carrier string `json:"carrier"`
	Expect  struct {
		Kind          string       `json:"kind"`
		RequestID     *string      `json:"requestId"`
		Duration      *json.Number `json:"durationMs"`
		Billed        *json.Number `json:"billedMs"`
		Memory        *json.Number `json:"memoryMB"`
		MaxMemory     *json.Number `json:"maxMemoryMB"`
		Init          *json.Number `json:"initMs"`
		Restore       *json.Number `json:"restoreMs"`
		BilledRestore *json.Number `json:"billedRestoreMs"`
		Status        *string      `json:"status"`
		ErrorType     *string      `json:"errorType"`
		TraceID       *string      `json:"traceId"`
	} `json:"expect"`
	Phase    *string `json:"phase"`
	InitType *string `json:"initType"`
}

// structured carriers hold the message inside a JSON string or a CSV cell.
// Taking it out is logfile's work; to Parse it is text that a program quotes.
var structured = map[string]bool{
	"get-log-events element":                                         true,
	"subscription DATA_MESSAGE JSON":                                 true,
	"flattened event JSON (id,timestamp,message,logStream,logGroup)": true,
	"console CSV":            true,
	"Logs Insights JSON row": true,
	"Logs Insights JSON":     true,
}

func readCorpus(t testing.TB) []corpusLine {
	f, err := os.Open("../../testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []corpusLine
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var line corpusLine
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatalf("corpus line %d: %v", len(lines)+1, err)
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestCorpus(t *testing.T) {
	lines := readCorpus(t)
	checked := map[string]int{}
	for i, line := range lines {
		// All reports of the message; starts are not in the corpus' terms.
		var reports []string
		for rest := []byte(line.Raw); ; {
			var rec Record
			var err error
			if rest, err = Parse(rest, &rec); errors.Is(err, ErrNone) {
				break
			}
			if err == nil && (rec.Kind == Report || rec.Kind == InitReport || rec.Kind == RestoreReport) {
				reports = append(reports, describe(&rec))
			}
		}
		var want string
		switch {
		case structured[line.Carrier]:
			checked["structured"]++
		case line.Expect.Kind == "other":
			checked["other"]++
		default:
			checked[line.Expect.Kind]++
			want = line.want(t)
		}
		if got := strings.Join(reports, " | "); got != want {
			t.Errorf("line %d: %.200s\n got %s\nwant %s", i+1, line.Raw, got, want)
		}
	}
	t.Logf("checked %v", checked)
	if len(lines) != 56 {
		t.Errorf("the corpus has %d lines, not 56", len(lines))
	}
	for _, kind := range []string{"report", "init_report", "restore_report", "other", "structured"} {
		if checked[kind] == 0 {
			t.Errorf("the corpus has no %s", kind)
		}
	}
}

// want describes what the line must give, in describe's words.
func (l *corpusLine) want(t *testing.T) string {
	t.Helper()
	e := &l.Expect
	rec := Record{JSON: l.Raw[0] == '{'}
	for _, kind := range []Kind{Report, InitReport, RestoreReport} {
		if kind.String() == e.Kind {
			rec.Kind = kind
		}
	}
	for _, f := range []struct {
		field Fields
		from  *json.Number
		to    *Micros
	}{
		{Duration, e.Duration, &rec.Duration},
		{Billed, e.Billed, &rec.Billed},
		{Init, e.Init, &rec.Init},
		{Restore, e.Restore, &rec.Restore},
		{BilledRestore, e.BilledRestore, &rec.BilledRestore},
	} {
		if f.from != nil {
			rec.Fields |= f.field
			*f.to = Micros(thousandths(t, f.from.String()))
		}
	}
	for _, f := range []struct {
		field Fields
		from  *json.Number
		to    *int64
	}{
		{Memory, e.Memory, &rec.MemoryMB},
		{MaxMemory, e.MaxMemory, &rec.MaxMemoryMB},
	} {
		if f.from != nil {
			rec.Fields |= f.field
			*f.to = thousandths(t, f.from.String()) / 1000
		}
	}
	for _, f := range []struct {
		field Fields
		from  *string
		to    *[]byte
	}{
		{RequestID, e.RequestID, &rec.RequestID},
		{Status, e.Status, &rec.Status},
		{ErrorType, e.ErrorType, &rec.ErrorType},
		{TraceID, e.TraceID, &rec.TraceID},
		{Phase, l.Phase, &rec.Phase},
		{InitType, l.InitType, &rec.InitType},
	} {
		if f.from != nil {
			rec.Fields |= f.field
			*f.to = []byte(*f.from)
		}
	}
	if rec.JSON {
		var event struct{ Time time.Time }
		if err := json.Unmarshal([]byte(l.Raw), &event); err != nil {
			t.Fatal(err)
		}
		rec.Fields |= Time
		rec.TimeMillis = event.Time.UnixMilli()
	}
	rec.InitFirst = strings.Contains(l.Carrier, "RIE")
	return describe(&rec)
}

// thousandths reads a decimal with up to three decimals, without floats.
func thousandths(t *testing.T, decimal string) int64 {
	t.Helper()
	whole, fraction, _ := strings.Cut(decimal, ".")
	n, err := strconv.ParseInt(whole+(fraction + "000")[:3], 10, 64)
	if err != nil || len(fraction) > 3 {
		t.Fatalf("corpus number %q: %v", decimal, err)
	}
	return n
}
