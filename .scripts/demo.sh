#!/bin/sh
# The whole chain without a key and without network: an endpoint on this machine, real pipes, then what it cost.
set -eu
here=$(dirname "$0")/../dist/bin
scratch=$(mktemp -d)
mkfifo "$scratch/url"
node "$here/or-serve.cjs" --quiet --port 0 > "$scratch/url" &
server=$!
trap 'kill "$server"; rm -r "$scratch"' EXIT
read -r OPENROUTER_BASE_URL < "$scratch/url"
export OPENROUTER_BASE_URL
unset OPENROUTER_API_KEY

say() { printf '\n%s\n' "$1"; }

say '$ or-stream "Why is the sky blue?" | tee answer.sse | sse-text'
node "$here/or-stream.cjs" --no-stdin "Why is the sky blue?" | tee "$scratch/answer.sse" | node "$here/sse-text.cjs"
[ -t 1 ] || echo
say '$ sse-usage answer.sse'
node "$here/sse-usage.cjs" "$scratch/answer.sse"
say 'That answer is a recording, served by or-serve on this machine. For a live one:'
echo '  npm install -g .'
echo '  export OPENROUTER_API_KEY=sk-or-…      (from https://openrouter.ai/keys)'
echo '  or-stream "Why is the sky blue?" | sse-text'
