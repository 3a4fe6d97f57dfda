#!/bin/sh
# Runs the four programs of a pipeline against the real API with one short prompt. It costs a fraction of a cent.
# usage: OPENROUTER_API_KEY=… npm run live      skipped without a key
set -eu

if [ -z "${OPENROUTER_API_KEY:-}" ]; then
  echo 'skipped: OPENROUTER_API_KEY is not set'
  exit 0
fi

bin=$(cd "$(dirname "$0")/../dist/bin" && pwd)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

node "$bin/or-stream.cjs" -n 'Reply with the word yes.' > "$folder/answer.sse"
node "$bin/sse-parse.cjs" --check "$folder/answer.sse" > "$folder/answer.ndjson"
node "$bin/sse-text.cjs" "$folder/answer.ndjson" > "$folder/answer.txt"
node "$bin/sse-usage.cjs" --require-usage "$folder/answer.sse"
[ -s "$folder/answer.txt" ] || { echo 'the answer has no text'; exit 1; }
echo
cat "$folder/answer.txt"
echo
