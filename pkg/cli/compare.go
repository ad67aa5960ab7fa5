package cli

import (
	"github.com/spf13/cobra"
)

func newCompare(streams Streams) *cobra.Command {
	o := &measure{streams: streams, parse: parseInput, compare: true}
	cmd := &cobra.Command{
		Use:   "compare BASE OTHER...",
		Short: "Set logs side by side against the first",
		Long: `Summarise several inputs side by side, and say how far median, P95 and P99 of
each are from those of the first. Whether a change is more than chance is not
judged.

INPUT is [LABEL=]SPEC, as in summary; inputs with the same LABEL are one side.
With --by, the groups of one input can be compared: the first is the baseline.`,
		Example: `  coldstats compare before.log after.log
  coldstats compare jit=run1.log jit=run2.log native=native.log
  coldstats compare --by memory checkout.log
  coldstats compare --since 7d checkout@41 checkout@42
  coldstats compare --metrics init --format markdown before.log after.log`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(o.by) > 0 {
				return needInputs(1)(cmd, args)
			}
			return needInputs(2)(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error { return o.run(args) },
	}
	o.register(cmd)
	return cmd
}
