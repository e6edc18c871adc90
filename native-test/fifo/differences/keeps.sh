# row: forgets what was read
# fifo: a|b
# pipe: a|a b
for line in a b; do
    exec 3<> "$1"
    cat "$2" > "got-$line" 3>&- &
    echo "$line" >&3
    until grep -q "$line" "got-$line"; do sleep 0.01; done
    exec 3>&-
    wait
done
echo "$(xargs < got-a)|$(xargs < got-b)"
