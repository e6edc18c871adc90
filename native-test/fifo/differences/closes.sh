# row: ends when the last writer closes
# fifo: ended with a
# pipe: ended with a
{ echo a; } > "$1" &
echo "ended with $(cat "$2")"
wait
