# row: `read -t` in bash works
# fifo: timed out
# pipe: has no effect
timeout 3 bash -c 'exec 3<> "$1"; read -r -t 0.2 -u 3; (($? > 128)) && echo "timed out"' - "$2" || echo "has no effect"
