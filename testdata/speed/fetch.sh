#!/usr/bin/env bash
# Prints, as Markdown tables, how fast a log group is fetched from an AWS on the loopback interface.
#
#   testdata/speed/fetch.sh
#
# It takes some five minutes, most of them asleep, and 2 GB of memory for the log group. The variables:
#
#   PAGES=2000      how many pages of 1 MiB the log group has at a quota of 25 calls a second
#   THROTTLED=300   and at a quota of 10, where 12 calls a second are tried
#   LOOPED=50       how many of them the loop reads that a simple program would be
#
# A page takes 300 to 500 ms to come.
set -euo pipefail
export LC_ALL=C

pages=${PAGES:-2000}
throttled=${THROTTLED:-300}
looped=${LOOPED:-50}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Nobody's credentials, and no question to the network about better ones.
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_EC2_METADATA_DISABLED=true
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL

go build -C "$source" -o "$scratch/fetch" ./testdata/speed/fetch

calculate() { awk "BEGIN { printf \"%.${2:-2f}\", $1 }"; }

# measure DESCRIPTION PAGES QUOTA RATE prints the row of a fetch.
measure() {
	local url total line wall cpu peak calls throttles got page served
	echo "fetching $2 pages at $4 calls a second of $3" >&2
	coproc server { exec "$scratch/fetch" -pages "$2" -quota "$3" serve; }
	local out=${server[0]} in=${server[1]} pid=$server_PID
	read -r url total <&"$out"
	page=$("$scratch/fetch" -endpoint "$url" -read "$looped" loop)
	{
		read -r _ wall _ cpu _ peak _ calls _ throttles
		read -r got
		while read -r line; do echo "fetch.sh: $line" >&2; done
	} < <("$scratch/fetch" -endpoint "$url" -archive "$scratch/archive-$3" -tps "$4" fetch)
	eval "exec $in>&-"
	read -r served <&"$out"
	wait "$pid"
	[[ $got == "$total" ]] || echo "fetch.sh: fetched $got and not $total" >&2
	echo "server: $served ($looped of them from the loop)" >&2
	echo "| $1 | ${got% *} | $calls | $throttles | $wall | $(calculate "100 * ($calls - $throttles) / $wall / ($4 < $3 ? $4 : $3)" 0f) %" \
		"| $(calculate "$page * $2" 0f) | $(calculate "$page * $2 / $wall" 1f) | $cpu | $peak |"
}

cat <<END
Latency 300 to 500 ms a call; $(nproc) cores, $(go env GOVERSION). A loop is one call after the other, extrapolated.

| quota, limiter | fetched | calls | throttled | seconds | of what is allowed | seconds of a loop | loop ÷ coldstats | CPU seconds | peak memory, MiB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
END
measure "25 a second, 20" "$pages" 25 20
measure "10 a second, 12" "$throttled" 10 12
