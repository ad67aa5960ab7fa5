// Generate makes synthetic Lambda logs. Nothing in them was measured: every figure is drawn from a random generator with
// a fixed seed, so that the same command always writes the same bytes.
//
//	go run ./testdata/generate posts -o testdata/logs
//	go run ./testdata/generate saved -o testdata/saved
//	go run ./testdata/generate mixed -size 1GB [-prefix none|s3|tail] [-format text|json] -o FILE
//	go run ./testdata/generate reports -size 1GB -o FILE
//	go run ./testdata/generate functions -n 2000 -size 1GB -o FILE
//
// posts writes posts-native.log and posts-jit.log, two builds of one function under the same load: three runs of 15
// forced cold starts and 300 invocations a second apart, with a redeploy between the runs.
//
// saved writes the beginning of the first, 15 forced cold starts and 40 requests, in the shapes in which people save logs.
//
// The others write one file of any size to measure speed and memory with. mixed is an ordinary log: START, two to six
// lines of the function's own, END, REPORT, and 1.5 % cold starts with their INIT_START. reports has the REPORT lines
// alone. functions has the REPORT lines of many functions that share a log group, as "aws logs tail" prints them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

const defaultSeed = 512

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("nothing to make: posts, saved, mixed, reports or functions?")
	}
	mode := args[0]
	flags := flag.NewFlagSet("generate "+mode, flag.ContinueOnError)
	output := flags.String("o", "", "`file` to write, for posts and saved the folder")
	seed := flags.Uint64("seed", defaultSeed, "seed of the random generator")
	load := load{functions: 1, prefix: noPrefix, format: textFormat}
	switch mode {
	case "posts", "saved":
	case "mixed":
		flags.StringVar(&load.prefix, "prefix", load.prefix, "in front of each line: none, s3 (time) or tail (time and stream)")
		flags.StringVar(&load.format, "format", load.format, "form of the lines: text or json")
	case "reports":
		load.reportsOnly = true
	case "functions":
		load.reportsOnly, load.prefix = true, tailPrefix
		flags.IntVar(&load.functions, "n", 2000, "number of functions")
	default:
		return fmt.Errorf("cannot make %q, only posts, saved, mixed, reports and functions", mode)
	}
	if mode != "posts" && mode != "saved" {
		flags.Func("size", "about how much to write, such as 50MB (default 1GB)", func(text string) (err error) {
			load.size, err = parseSize(text)
			return err
		})
		load.size = 1_000_000_000
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}

	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *output == "":
		return errors.New("where to? -o is missing")
	case mode == "posts":
		return writePosts(*output, *seed)
	case mode == "saved":
		return writeSaved(*output, *seed)
	}
	if err := load.check(); err != nil {
		return err
	}
	return writeFile(*output, load.prefix, func(log *logWriter) { load.write(log, newRandom(*seed)) })
}

// parseSize reads a number of bytes; its units are powers of 1000.
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "BGKMkbgm")
	factor, known := map[string]int64{"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}[strings.ToUpper(text[len(digits):])]
	number, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || !known || number < 1 {
		return 0, errors.New("a size is a whole number and KB, MB or GB")
	}
	return number * factor, nil
}
