#!/usr/bin/env bash
# Wall time and peak memory of the program as its users run it: benches/figures.sh [RUNS]
#
# Builds the release program, has the forge write two collections of 60 MB below target/bench, and prints the table of
# FIGURES.md: the shortest wall time and the median processor time and peak memory of RUNS runs (5), after one that warms
# the file cache. Needs GNU time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
runs=${1:-5}
target=${CARGO_TARGET_DIR:-$PWD/target}
program=$target/release/outlook-triage
pc=$target/bench/trace-60.zip
servers=$target/bench/with-servers-60.zip
gnu_time=$(type -P time) || { echo "GNU time is needed (Debian: apt-get install time)" >&2; exit 2; }

cargo build --quiet --release --locked
mkdir -p "$target/bench"
# Unrelated events and keys of two cases multiplied: a PC alone, and a PC with the logs of a domain controller and of AD FS.
forge() { [ -s "$3" ] || cargo run --quiet --release --locked -p forge -- --scale "$1" "$2" "$3"; }
forge 1700 already-remediated "$pc"
forge 245 everything-wrong "$servers"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# `time -v` has hundredths of a second, too coarse for a start; the shell's own has milliseconds.
TIMEFORMAT="%3R %3U %3S"
measure() { # what, command...
  local what=$1
  shift
  : >"$out/wall" >"$out/processor" >"$out/memory"
  for run in $(seq 0 "$runs"); do
    { time "$gnu_time" -v -o "$out/time" "$@" >/dev/null 2>&1; } 2>"$out/clock" || true
    [ "$run" = 0 ] && continue
    cut -d' ' -f1 "$out/clock" >>"$out/wall"
    awk '{print $2 + $3}' "$out/clock" >>"$out/processor"
    awk -F': ' '/Maximum resident set size/ {print $2}' "$out/time" >>"$out/memory"
  done
  awk -v what="$what" -v wall="$(sort -n "$out/wall" | head -n 1)" -v processor="$(median <"$out/processor")" -v kib="$(median <"$out/memory")" '
    function seconds(s) { return s < 1 ? sprintf("%.0f ms", s * 1000) : sprintf("%.2f s", s) }
    BEGIN {printf "| %s | %s | %s | %.0f MB |\n", what, seconds(wall), seconds(processor), kib / 1024}'
}

bytes() { awk -v n="$(stat -c %s "$1")" 'BEGIN {printf "%.1f MB", n / 1e6}'; }
cases=fixtures/cases
echo "$(nproc) cores, $runs runs each, $(rustc --version | cut -d' ' -f1,2), release profile"
echo
echo "| what | wall time | processor time | peak memory |"
echo "|---|---|---|---|"
measure "start: \`--version\`" "$program" --version
measure "rules loaded and checked: \`rules list\`" "$program" rules list
measure "smallest case (\`only-system-log\`), terminal" "$program" analyze "$cases/only-system-log/bundle"
measure "case of the README (\`stale-password-ja-2013\`), terminal" "$program" analyze "$cases/stale-password-ja-2013/bundle"
measure "\`everything-wrong\`, $(bytes "$cases/everything-wrong/bundle.zip") zip, JSON" "$program" analyze "$cases/everything-wrong/bundle.zip" -f json
measure "all cases of \`fixtures/cases\` at once, JSON lines" "$program" analyze "$cases"/*/bundle* -f jsonl
measure "OutlookTrace collection of a PC, $(bytes "$pc") zip, JSON" "$program" analyze "$pc" -f json
measure "the same on one thread" env RAYON_NUM_THREADS=1 "$program" analyze "$pc" -f json
measure "collection with server logs, $(bytes "$servers") zip, 800,000 audit events, JSON" "$program" analyze "$servers" -f json
