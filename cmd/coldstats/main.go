// Coldstats tells the truth about the cold starts of AWS Lambda functions from
// the logs that Lambda already writes. The manual is the project's README.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/coldstats/coldstats/pkg/cli"
)

func main() {
	// Whoever reads the output may stop early, as head does: then writing fails
	// with an error, which is handled, instead of killing the process.
	signal.Ignore(syscall.SIGPIPE)
	// What lives long are tables of plain numbers, which cost the collector
	// nothing to scan: collecting often keeps a log of any size in 32 MiB.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
	os.Exit(cli.Run(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
