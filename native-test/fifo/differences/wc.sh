# row: wc pads its figures to seven columns
# fifo: "      2       2"
# pipe: "2 2"
seq 2 > "$1" &
echo "\"$(wc -lw < "$2")\""
wait
