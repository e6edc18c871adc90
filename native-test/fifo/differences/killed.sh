# row: any process that waits can be killed
# fifo: the second is gone
# pipe: the second waits for the first
exec 4<> "$1" 5< "$2"
cat <&5 > got 4>&- &
first=$!
until [[ $(cat "/proc/$first/wchan") =~ pipe|request ]]; do sleep 0.01; done
cat <&5 >> got 4>&- &
second=$!
# Of its standard input: the loader reads libraries, too.
until [[ $(cat "/proc/$second/syscall") =~ ^(0|63)\ 0x0\  ]]; do sleep 0.01; done
kill -KILL "$second"
for ((i = 0; i < 100; i++)); do
    [[ ! -e /proc/$second/stat || $(ps -o stat= -p "$second") == Z* ]] && break
    sleep 0.01
done
if ((i < 100)); then echo "the second is gone"; else echo "the second waits for the first"; fi
kill -TERM "$first"
wait
