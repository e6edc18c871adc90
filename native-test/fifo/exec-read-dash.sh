#!/bin/bash
# One descriptor, read by dash and then by sed.
. "${0%/*}/common.bash"

printf '%s\n' one two three four > "$W" &
writer=$!
dash -c 'exec 3< "$1"; read -r a <&3; read -r b <&3; echo "$a, $b"; sed "s/^/sed: /" <&3' - "$R"
echo "dash: $?"
ended writer "$writer"
