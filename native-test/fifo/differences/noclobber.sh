# row: `>` on it works with `set -o noclobber`
# fifo: 0
# pipe: 1
exec 3<> "$2"
bash -c 'set -o noclobber; echo x > "$1"' - "$1" 2> /dev/null
echo "$?"
