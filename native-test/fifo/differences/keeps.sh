# row: forgets what was read
# fifo: a|b
# pipe: a|a b
for line in a b; do
    echo "$line" > "$1" &
    cat "$2" | xargs > "got-$line"
    wait
done
echo "$(cat got-a)|$(cat got-b)"
