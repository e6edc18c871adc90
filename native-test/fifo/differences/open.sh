# row: waits in open for the other end
# fifo: reader 124, writer 124
# pipe: reader 0, writer 0
timeout 1 bash -c ': < "$1"' - "$2"
reader=$?
timeout 1 bash -c ': > "$1"' - "$1"
echo "reader $reader, writer $?"
