package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
)

// rawTime is how aws logs tail prints a time.
const rawTime = "2006-01-02T15:04:05.000000-07:00"

// writeRaw writes a raw log of each log group of an input. The error is the
// writer's or that of reading.
func writeRaw(ctx context.Context, w *bufio.Writer, r *remote) error {
	var line []byte
	for _, t := range r.targets {
		header, err := json.Marshal(rawHeader(t, r.scope))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\n", header)
		for e, err := range r.eventsOf(ctx, t) {
			if err != nil {
				return err
			}
			line = appendRaw(line[:0], e)
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// rawHeader returns the header of a target's raw log.
func rawHeader(t *target, scope logs.Scope) logfile.RawHeader {
	h := logfile.NewRawHeader(scope)
	h.Account, h.Region, h.LogGroup = t.Account, t.Region, t.Group.Name
	if t.Config != nil {
		h.Arch, h.Runtime = t.Config.Arch, t.Config.Runtime
	}
	return h
}

// appendRaw appends an event as a line of aws logs tail, its message as it is
// with one newline at its end. A blank in the name of a stream, which Lambda
// never has, becomes a _: the next one ends the name.
func appendRaw(line []byte, e *logs.Event) []byte {
	line = time.UnixMilli(e.Time.Millis).UTC().AppendFormat(line, rawTime)
	line = append(append(line, ' '), strings.ReplaceAll(e.Stream.Name, " ", "_")...)
	line = append(append(line, ' '), e.Message...)
	if line[len(line)-1] != '\n' {
		line = append(line, '\n')
	}
	return line
}
