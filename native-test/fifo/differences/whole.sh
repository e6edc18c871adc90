# row: keeps writes up to PIPE_BUF whole
# fifo: *
# pipe: 40 whole lines
for letter in a b; do
    perl -e 'for (1 .. 20) { syswrite STDOUT, ($ARGV[0] x 300_000) . "\n" }' "$letter" > "$1" &
done
echo "$(grep -cxE 'a+|b+' "$2") whole lines"
wait
