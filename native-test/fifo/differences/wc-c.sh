# row: `wc -c` counts until the last writer has closed
# fifo: 4
# pipe: 2
. "${0%/*}/../common.bash"
{
    echo a
    : > written
    until [[ -s count ]] || { [[ -p $W ]] && waits "$(cat counter)"; }; do sleep 0.01; done
    echo b
} 2> /dev/null > "$W" &
[[ -p $R ]] || await test -e written
wc -c < "$R" > count &
echo $! > counter
wait
cat count
