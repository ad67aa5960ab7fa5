package main

import (
	"bufio"
	"os"
	"strconv"
	"time"
)

const (
	noPrefix   = "none"
	s3Prefix   = "s3"   // the time, as an export task to S3 writes it
	tailPrefix = "tail" // the time and the stream, as "aws logs tail" prints them

	textStep = 10 * time.Microsecond // the smallest difference between two durations
	jsonStep = time.Microsecond

	milliseconds = "2006-01-02T15:04:05.000Z"
	tailTime     = "2006-01-02T15:04:05.000000+00:00"
)

// invocation holds the figures of one REPORT.
type invocation struct {
	requestID   []byte
	cold        bool
	init        time.Duration // of a cold start
	duration    time.Duration
	memoryMB    int
	maxMemoryMB int
}

// billedMS is what Lambda has charged for since August 2025: init and duration together, rounded up.
func (i *invocation) billedMS() int64 {
	billed := i.duration
	if i.cold {
		billed += i.init
	}
	return int64((billed + time.Millisecond - 1) / time.Millisecond)
}

func appendInitStart(b []byte, runtime, arn string) []byte {
	b = append(b, "INIT_START Runtime Version: "...)
	b = append(b, runtime...)
	b = append(b, "\tRuntime Version ARN: "...)
	return append(b, arn...)
}

func appendStart(b, requestID []byte) []byte {
	b = append(b, "START RequestId: "...)
	b = append(b, requestID...)
	return append(b, " Version: $LATEST"...)
}

func appendEnd(b, requestID []byte) []byte {
	b = append(b, "END RequestId: "...)
	return append(b, requestID...)
}

func appendReport(b []byte, i *invocation) []byte {
	b = append(b, "REPORT RequestId: "...)
	b = append(b, i.requestID...)
	b = append(b, "\tDuration: "...)
	b = appendHundredths(b, i.duration)
	b = append(b, " ms\tBilled Duration: "...)
	b = strconv.AppendInt(b, i.billedMS(), 10)
	b = append(b, " ms\tMemory Size: "...)
	b = strconv.AppendInt(b, int64(i.memoryMB), 10)
	b = append(b, " MB\tMax Memory Used: "...)
	b = strconv.AppendInt(b, int64(i.maxMemoryMB), 10)
	b = append(b, " MB\t"...)
	if i.cold {
		b = append(b, "Init Duration: "...)
		b = appendHundredths(b, i.init)
		b = append(b, " ms\t"...)
	}
	return b
}

// appendHundredths appends d in milliseconds with the two decimals of a text log.
func appendHundredths(b []byte, d time.Duration) []byte {
	b = strconv.AppendInt(b, int64(d/time.Millisecond), 10)
	hundredths := byte(d % time.Millisecond / (10 * time.Microsecond))
	return append(b, '.', '0'+hundredths/10, '0'+hundredths%10)
}

func appendJSONInitStart(b []byte, at time.Time, runtime, arn string, stream []byte) []byte {
	b = append(b, `{"time":"`...)
	b = at.AppendFormat(b, milliseconds)
	b = append(b, `","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"`...)
	b = append(b, runtime...)
	b = append(b, `","runtimeVersionArn":"`...)
	b = append(b, arn...)
	b = append(b, `","functionName":"orders","functionVersion":"$LATEST","instanceId":"`...)
	b = append(b, stream...)
	return append(b, `"}}`...)
}

func appendJSONStart(b []byte, at time.Time, requestID []byte) []byte {
	b = append(b, `{"time":"`...)
	b = at.AppendFormat(b, milliseconds)
	b = append(b, `","type":"platform.start","record":{"requestId":"`...)
	b = append(b, requestID...)
	return append(b, `","version":"$LATEST"}}`...)
}

func appendJSONReport(b []byte, at time.Time, i *invocation) []byte {
	b = append(b, `{"time":"`...)
	b = at.AppendFormat(b, milliseconds)
	b = append(b, `","type":"platform.report","record":{"requestId":"`...)
	b = append(b, i.requestID...)
	b = append(b, `","metrics":{"durationMs":`...)
	b = appendThousandths(b, i.duration)
	b = append(b, `,"billedDurationMs":`...)
	b = strconv.AppendInt(b, i.billedMS(), 10)
	b = append(b, `,"memorySizeMB":`...)
	b = strconv.AppendInt(b, int64(i.memoryMB), 10)
	b = append(b, `,"maxMemoryUsedMB":`...)
	b = strconv.AppendInt(b, int64(i.maxMemoryMB), 10)
	if i.cold {
		b = append(b, `,"initDurationMs":`...)
		b = appendThousandths(b, i.init)
	}
	return append(b, `},"status":"success"}}`...)
}

// appendThousandths appends d in milliseconds with the three decimals of a JSON log.
func appendThousandths(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, float64(d/time.Microsecond)/1000, 'f', -1, 64)
}

// logWriter writes log lines that begin with one kind of prefix.
type logWriter struct {
	out     *bufio.Writer
	prefix  string
	line    []byte
	written int64
}

// begin returns a line with its prefix, to which the caller appends the message.
func (w *logWriter) begin(at time.Time, stream []byte) []byte {
	b := w.line[:0]
	switch w.prefix {
	case s3Prefix:
		b = at.AppendFormat(b, milliseconds)
		b = append(b, ' ')
	case tailPrefix:
		// CloudWatch keeps milliseconds: the last three of the six digits are always zero.
		b = at.Truncate(time.Millisecond).AppendFormat(b, tailTime)
		b = append(b, ' ')
		b = append(b, stream...)
		b = append(b, ' ')
	}
	return b
}

// end writes the line. A failed write shows when writeFile flushes: bufio keeps the first error.
func (w *logWriter) end(line []byte) {
	line = append(line, '\n')
	w.out.Write(line)
	w.written += int64(len(line))
	w.line = line
}

// writeFile makes the file with what the function writes to its log.
func writeFile(name, prefix string, write func(*logWriter)) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	log := &logWriter{out: bufio.NewWriterSize(file, 1<<20), prefix: prefix}
	write(log)
	if err := log.out.Flush(); err != nil {
		return err
	}
	return file.Close()
}
