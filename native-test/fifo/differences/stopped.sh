# row: a read goes on after Ctrl-Z and `fg`
# fifo: got a
# pipe: Interrupted system call
exec 4<> "$1"
perl -e 'my $x; print defined sysread(STDIN, $x, 10) ? "got $x" : "$!\n"' < "$2" > got 4>&- &
reader=$!
until [[ $(cut -d ' ' -f 1 "/proc/$reader/syscall") =~ ^(0|63)$ ]] && [[ $(cat "/proc/$reader/wchan") =~ pipe|request ]]; do
    sleep 0.01
done
kill -STOP "$reader"
until [[ $(ps -o stat= -p "$reader") == T* || ! -e /proc/$reader/stat ]]; do sleep 0.01; done
kill -CONT "$reader"
echo a >&4
exec 4>&-
wait "$reader"
cat got
