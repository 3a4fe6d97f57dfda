#!/bin/sh
# Runs the programs without a key and without a network: or-serve answers with the samples of the package.
set -eu
cd "$(dirname "$0")/.."
dist=$PWD/dist/bin
scratch=$(mktemp -d)
cd "$scratch"
mkdir bin
for program in "$dist"/*.cjs; do
  ln -s "$program" "bin/$(basename "$program" .cjs)"
done
PATH=$scratch/bin:$PATH
# A sample answers one request only, so no setting of the user may change what is sent.
unset OPENROUTER_API_KEY OPENROUTER_API_KEY_FILE OPENROUTER_MODEL OPENROUTER_TEMPERATURE OPENROUTER_MAX_TOKENS
unset OR_STREAM_MAX_TIME STREAMING_TIMEOUT

mkfifo url
or-serve --quiet --port 0 > url &
server=$!
trap 'kill "$server"; cd /; rm -r "$scratch"' EXIT
read -r OPENROUTER_BASE_URL < url
export OPENROUTER_BASE_URL

# Standard input would be added to the prompt.
run() {
  printf '$ %s\n' "$1"
  (set +e; eval "$1") < /dev/null
  [ -t 1 ] || echo
  echo
}

run 'or-stream "Why is the sky blue?" | tee answer.sse | sse-text'
run 'sse-usage answer.sse'
run 'head -c 9000 answer.sse | sse-text > cut.txt; echo "exit status $?"'

cat <<'END'
The answer came from a sample, served by or-serve on this machine. What to do next:

  npm install -g .                                install the programs
  export OPENROUTER_API_KEY=sk-or-v1-…            get a key from https://openrouter.ai/keys
  or-stream "Why is the sky blue?" | sse-text     ask a live model

or-serve has more samples: "Why are there tides?" and "What is a Unix pipe?".
docs/recipes.md shows what else the programs can do.
END
