# row: gives each byte to one reader
# fifo: 1 line in all
# pipe: 2 lines in all
exec 3<> "$1" 4< "$2" 5< "$2"
echo a >&3
exec 3>&-
cat <&4 > got
cat <&5 >> got
echo "$(wc -l < got) line$( (($(wc -l < got) > 1)) && echo s) in all"
