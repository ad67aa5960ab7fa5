// Coldstats tells the truth about the cold starts of AWS Lambda functions from
// the logs that Lambda already writes. The manual is the project's README.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/coldstats/coldstats/pkg/cli"
)

func main() {
	// Whoever reads the output may stop early, as head does: then writing fails
	// with an error, which is handled, instead of killing the process.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(cli.Run(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
