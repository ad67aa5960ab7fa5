#!/usr/bin/env bash
# Prints, as Markdown tables, what `coldstats summary` costs beside other tools on the same logs.
#
#   testdata/speed/speed.sh [FOLDER]
#
# FOLDER keeps the logs for the next time; without it they go to a temporary folder and are deleted at the end. They take
# five and a half times SIZE. The variables:
#
#   SIZE=1GB        how large each log is (KB, MB, GB)
#   RUNS=5          how often each figure is taken; the tables show medians
#   COLDSTATS=FILE  the program to measure, instead of one built from this source
#
# A shared machine drifts. So the tools take turns on each log, and a ratio divides two figures of the same turns.
set -euo pipefail
export LC_ALL=C

size=${SIZE:-1GB}
runs=${RUNS:-5}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
folder=${1:-$scratch}
mkdir -p "$folder"

fail() {
	echo "speed.sh: $*" >&2
	exit 1
}

for tool in go mawk gzip; do
	type -P "$tool" >/dev/null || fail "$tool is not installed"
done
[[ $runs =~ ^[1-9][0-9]*$ ]] || fail "RUNS must be a whole number from 1"

if [[ -n ${COLDSTATS:-} ]]; then
	coldstats=$(realpath "$COLDSTATS")
else
	coldstats=$scratch/coldstats
	go build -C "$source" -o "$coldstats" ./cmd/coldstats
fi
go build -C "$source" -o "$scratch/generate" ./testdata/generate

# make_file NAME COMMAND... keeps the output of a command as a file of the folder, unless an earlier call has done so.
make_file() {
	local file=$folder/$1
	[[ ! -e $file ]] || return 0
	echo "making $file" >&2
	"${@:2}" >"$file.part"
	mv "$file.part" "$file"
}

make_log() { make_file "$1-$size.log" "$scratch/generate" "${@:2}" -size "$size" -o /dev/stdout; }

make_log mixed mixed
make_log mixed-s3 mixed -prefix s3
make_log mixed-tail mixed -prefix tail
make_log reports reports
make_log functions functions -n 2000
make_file "mixed-$size.log.gz" gzip -c "$folder/mixed-$size.log"

run_cat() { cat "$1"; }
run_zcat() { zcat "$1"; }
run_coldstats() { "$coldstats" summary "$1"; }
run_help() { "$coldstats" --help; }
run_true() { "$(type -P true)"; }

# GNU grep stops at the first match when it writes to /dev/null.
run_grep() { grep -c 'REPORT RequestId:' "$1" >"$scratch/reports"; }

# run_mawk counts equal values, as coldstats does, and prints number, mean and median of each metric.
run_mawk() {
	mawk -F '\t' '
		/REPORT RequestId: / {
			duration[substr($2, 11)]++
			billed[substr($3, 18)]++
			memory[substr($5, 18)]++
			if ($6 != "") init[substr($6, 16)]++
		}
		END {
			OFS = "\t"
			for (value in duration) print "duration", value, duration[value]
			for (value in billed) print "billed", value, billed[value]
			for (value in memory) print "memory", value, memory[value]
			for (value in init) print "init", value, init[value]
		}' "$1" |
		sort -t $'\t' -k 1,1 -k 2,2n |
		mawk -F '\t' '
			function ranked(rank,   i) {
				for (i = 1; rank > count[i]; i++) rank -= count[i]
				return value[i]
			}
			function finish() {
				if (n) printf "%s %d %.2f %.2f\n", metric, n, sum / n, (ranked(int((n + 1) / 2)) + ranked(int(n / 2) + 1)) / 2
				n = sum = different = 0
			}
			$1 != metric { finish(); metric = $1 }
			{
				value[++different] = $2 + 0
				count[different] = $3
				n += $3
				sum += $2 * $3
			}
			END { finish() }'
}

# cpu_ms COMMAND... prints its user and system time together.
cpu_ms() {
	local TIMEFORMAT='%3U %3S' used
	used=$({ time "$@" >/dev/null 2>"$scratch/errors"; } 2>&1) || fail "$* failed: $(<"$scratch/errors")"
	used=${used//./}
	echo $((10#${used% *} + 10#${used#* }))
}

# wall_us COMMAND... prints how long it takes from start to end, on average of twenty times in a row.
wall_us() {
	local TIMEFORMAT=%3R used
	used=$({ time for _ in {1..20}; do "$@" >/dev/null 2>"$scratch/errors" || exit; done; } 2>&1) ||
		fail "$* failed: $(<"$scratch/errors")"
	echo $((10#${used/./} * 1000 / 20))
}

# peak_kib COMMAND... prints the most memory that it had resident.
peak_kib() {
	if /usr/bin/time -f %M true 2>/dev/null; then
		/usr/bin/time -f %M -o "$scratch/peak" "$@" >/dev/null 2>"$scratch/errors" || fail "$* failed: $(<"$scratch/errors")"
		cat "$scratch/peak"
		return
	fi
	local seen peak
	"$@" >/dev/null 2>"$scratch/errors" &
	while seen=$(grep -s VmHWM "/proc/$!/status"); do peak=$seen; done
	wait $! || fail "$* failed: $(<"$scratch/errors")"
	echo "${peak//[!0-9]/}"
}

median() {
	printf '%s\n' "$@" | sort -n | mawk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

# take_turns MEASURE FILE TOOL... runs the tools in turn on the file and leaves the median of each in cost.
declare -A cost
take_turns() {
	local -A taken=()
	local tool turn
	for ((turn = 0; turn < runs; turn++)); do
		for tool in "${@:3}"; do
			taken[$tool]+="$("$1" "run_$tool" "$2") "
		done
	done
	for tool in "${@:3}"; do
		# shellcheck disable=SC2086 # one word a figure
		cost[$tool]=$(median ${taken[$tool]})
	done
}

# calculate EXPRESSION [DECIMALS]
calculate() { mawk "BEGIN { printf \"%.${2:-2}f\", $1 }"; }

seconds() { calculate "$1 / 1000" 3; }

peak_mib() { calculate "$(peak_kib "$coldstats" summary "$1") / 1024"; }

# compare DESCRIPTION NAME prints the row of a log that is not compressed.
compare() {
	local file=$folder/$2-$size.log reports
	echo "measuring $file" >&2
	run_cat "$file" >/dev/null # so that every tool finds it in the page cache
	take_turns cpu_ms "$file" cat grep mawk coldstats
	reports=$(<"$scratch/reports")
	echo "| $1 | $(calculate "$reports / 1e6") M" \
		"| $(seconds "${cost[cat]}") | $(seconds "${cost[grep]}") | $(seconds "${cost[mawk]}") | **$(seconds "${cost[coldstats]}")**" \
		"| $(calculate "${cost[coldstats]} / ${cost[cat]}") | $(calculate "${cost[coldstats]} / ${cost[grep]}")" \
		"| $(calculate "${cost[mawk]} / ${cost[coldstats]}") | $(calculate "$reports / ${cost[coldstats]} / 1000") M" \
		"| $(peak_mib "$file") |"
}

compare_gzip() {
	local file=$folder/mixed-$size.log.gz reports
	echo "measuring $file" >&2
	run_cat "$file" >/dev/null
	run_grep "$folder/mixed-$size.log"
	reports=$(<"$scratch/reports")
	take_turns cpu_ms "$file" zcat coldstats
	echo "| mixed, gzip | $(calculate "$reports / 1e6") M | $(seconds "${cost[zcat]}") | **$(seconds "${cost[coldstats]}")**" \
		"| $(calculate "${cost[coldstats]} / ${cost[zcat]}") | $(calculate "$reports / ${cost[coldstats]} / 1000") M | $(peak_mib "$file") |"
}

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
cat <<END
CPU seconds (user and system) for $size of each log, medians of $runs runs in turn; ${cpu:-unknown CPU}, $(nproc) cores, $(go env GOVERSION).

| log | reports | cat | grep -c | mawk | coldstats | coldstats ÷ cat | coldstats ÷ grep | mawk ÷ coldstats | reports a CPU second | peak memory, MiB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
END
compare "mixed" mixed
compare "mixed, S3 export prefix" mixed-s3
compare "mixed, \`aws logs tail\` prefix" mixed-tail
compare "REPORT lines alone" reports
compare "REPORT lines of 2,000 functions, \`aws logs tail\` prefix" functions

cat <<END

| log | reports | zcat | coldstats | coldstats ÷ zcat | reports a CPU second | peak memory, MiB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
END
compare_gzip

small=$source/testdata/logs/posts-native.log
take_turns wall_us "$small" true help coldstats
cat <<END

| from start to end | ms |
| --- | ---: |
| \`true\`, which does nothing | $(calculate "${cost[true]} / 1000") |
| \`coldstats --help\` | $(calculate "${cost[help]} / 1000") |
| \`coldstats summary posts-native.log\`, $(($(wc -c <"$small") / 1000)) KB | $(calculate "${cost[coldstats]} / 1000") |
END
