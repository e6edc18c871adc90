# row: has type FIFO, `test -p` is true
# fifo: a FIFO, mkfifo: 0
# pipe: a regular file, mkfifo: 1
if [[ -p $1 ]]; then printf 'a FIFO, '; elif [[ -f $1 ]]; then printf 'a regular file, '; fi
mkfifo "$1-new" 2> /dev/null
echo "mkfifo: $?"
