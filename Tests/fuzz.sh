#!/usr/bin/env bash
# Runs the fuzzer (docs/fuzzing.md). Called by `make fuzz` and `make fuzz-corpora`.
#
# usage: fuzz.sh run|keep PROGRAM [SEEDS]
#   run   fuzzes each target for $RUNS inputs or $SECONDS_EACH seconds; what it finds goes to .build/fuzz-finds
#   keep  puts into Tests/FuzzCorpora the fewest inputs that reach all code that it, .build/fuzz-finds and SEEDS reach
#
# $TARGET names the targets, all of them unless it is set.
set -euo pipefail
task=$1 program=$2 seeds=${3:-}
kept=Tests/FuzzCorpora finds=.build/fuzz-finds
# A crash is reported by the sanitizer; Swift's own report would wait for a debugger.
export SWIFT_BACKTRACE=enable=no TMPDIR=${FUZZ_FOLDER:-/dev/shm}
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1:malloc_context_size=4:quarantine_size_mb=16}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/Tests/leaks.supp:print_suppressions=0}
limits=(-timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=512)

"$program" --list | while read -r name longest; do
  if [ -n "${TARGET:-}" ] && [[ " $TARGET " != *" $name "* ]]; then continue; fi
  export EARSHOT_FUZZ_TARGET=$name
  mkdir -p "$finds/$name" "$kept/$name"
  others=("$kept/$name")
  if [ -n "$seeds" ] && [ -d "$seeds/$name" ]; then others+=("$seeds/$name"); fi
  case $task in
  run)
    if [ -n "${RUNS:-}" ]; then
      bound=-runs=$RUNS
    else
      bound=-max_total_time=${SECONDS_EACH:-20}
    fi
    log=$finds/$name.log
    if ! "$program" "${limits[@]}" "$bound" -max_len="$longest" \
      -print_final_stats=1 -artifact_prefix="$finds/$name-" "$finds/$name" "${others[@]}" \
      >"$log" 2>&1; then
      tail -40 "$log"
      echo "$name: see $log"
      exit 1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    echo "$name: $runs inputs, $rate each second"
    ;;
  keep)
    new=$(mktemp -d)
    "$program" "${limits[@]}" -max_len="$longest" -use_counters=0 -set_cover_merge=1 "$new" "${others[@]}" "$finds/$name" \
      >"$finds/$name.merge.log" 2>&1
    rm -f "$kept/$name"/*
    # The smallest first, up to 20 kB: what does not fit is found again.
    find "$new" -type f -printf '%s %p\n' | sort -n \
      | awk '(sum += $1) <= 20000 { print $2 }' | xargs -r mv -t "$kept/$name"
    rm -rf "$new"
    echo "$name: $(ls "$kept/$name" | wc -l) inputs, $(du -cb "$kept/$name"/* | tail -1 | cut -f1) bytes"
    ;;
  esac
done
