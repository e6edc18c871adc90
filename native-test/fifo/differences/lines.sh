# row: passes bytes
# fifo: 61 62
# pipe: 61 62 0a
{ printf a; printf b; } > "$1" &
od -An -tx1 < "$2" | xargs
wait
