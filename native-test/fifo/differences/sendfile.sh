# row: busybox cat reads to the end
# fifo: 3 lines
# pipe: 0 lines
exec 3<> "$1"
busybox cat "$2" > got 3>&- &
reader=$!
until [[ $(cat "/proc/$reader/wchan") =~ pipe|splice ]] || ! kill -0 "$reader" 2> /dev/null; do
    sleep 0.01
done
seq 3 >&3
exec 3>&-
wait "$reader"
echo "$(wc -l < got) lines"
