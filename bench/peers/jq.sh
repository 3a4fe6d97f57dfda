# The words of an answer with grep, sed and jq.
grep '^data: {' | sed 's/^data: //' | jq -j '.choices[0].delta.content // empty'
