#!/usr/bin/env bats
# tail -f and its kin while much happens to a pipe: writers on two mounts, removal of its head, resets, its deletion. No
# line is shown twice, and none is left out that was there to be read.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() {
    test_start
    tails=()
    declare -gA writers=() wrote=([a]=0 [b]=0)
}
teardown() { test_stop; }

# Pushes numbered lines of many lengths until it is told to end, then says how many there are.
WRITER='
    my ($path, $writer, $i) = @ARGV;
    my $end; $SIG{TERM} = sub { $end = 1 };
    srand $i;
    open my $p, ">>", $path or die "open: $!";
    until ($end) {
        $i++;
        my $line = "$writer $i " . "x" x (rand() < 0.02 ? int rand 20_000 : int rand 200) . " end\n";
        until (defined syswrite $p, $line) { $!{EINTR} or die "write: $!" }
        select undef, undef, undef, 0.001 + rand 0.02;
    }
    close $p or die "close: $!";
    print "$i\n"'

# start_writers: a on the first mount, b on the second. They go on with the numbers that were reached.
start_writers() {
    start "$BATS_TEST_TMPDIR/writer-a" perl -e "$WRITER" "$A/$name" a "${wrote[a]}"
    writers[a]=$pid
    start "$BATS_TEST_TMPDIR/writer-b" perl -e "$WRITER" "$B/$name" b "${wrote[b]}"
    writers[b]=$pid
}

stop_writers() {
    local writer
    for writer in a b; do
        kill -TERM "${writers[$writer]}"
        ends_within 60000 "${writers[$writer]}"
        equal "$status" 0 "the status of writer $writer ($(cat "$BATS_TEST_TMPDIR/writer-$writer.err"))"
        wrote[$writer]=$(cat "$BATS_TEST_TMPDIR/writer-$writer")
    done
}

# start_tail NAME COMMAND…
start_tail() {
    local tail=$BATS_TEST_TMPDIR/tail-$1
    shift
    : > "$tail.removed"
    start "$tail" "$@"
    tails+=("$tail")
    pids[${#tails[@]} - 1]=$pid
}

# last_of WRITER FILE: the number of its last line there, which may be incomplete as yet.
last_of() {
    tac "$2" | grep -am 1 "^$1 [0-9]* x* end\$" | cut -d ' ' -f 2
}

# shown_up_to FILE A B: it shows the lines of both writers up to these at least.
shown_up_to() {
    local a b
    a=$(last_of a "$1") b=$(last_of b "$1")
    ((${a:-0} >= $2 && ${b:-0} >= $3)) || fail "$1 is at a ${a:-0}, b ${b:-0}, not yet at a $2, b $3" "$(tail -n 3 "$1.err")"
}

# all_show A B
all_show() {
    local tail
    for tail in "${tails[@]}"; do
        eventually 60 shown_up_to "$tail" "$1" "$2"
    done
}

# go_on LINES: until each tail has shown that many more lines of each writer.
go_on() {
    local tail a b
    for tail in "${tails[@]}"; do
        a=$(last_of a "$tail") b=$(last_of b "$tail")
        eventually 60 shown_up_to "$tail" $((a + $1)) $((b + $1))
    done
}

# The number of the first line that the pipe has of WRITER.
first_of() {
    within 20 cat "$p@snapshot" | grep -am 1 "^$1 " | cut -d ' ' -f 2
}

has_line_of() {
    [[ -n $(first_of "$1") ]]
}

# removing COMMAND…: it removes the beginning of the pipe. What a tail had not shown before that, and is not there
# afterwards, it need not show.
removing() {
    local tail writer
    for tail in "${tails[@]}"; do
        for writer in a b; do
            echo "$writer $(last_of "$writer" "$tail")" >> "$tail.removed"
        done
    done
    "$@"
    for writer in a b; do
        eventually 20 has_line_of "$writer"
        first[$writer]=$(first_of "$writer")
    done
    for tail in "${tails[@]}"; do
        sed -i -E "s/^a [0-9]*\$/& ${first[a]}/; s/^b [0-9]*\$/& ${first[b]}/" "$tail.removed"
    done
}

# in_order FILE [FROM]: no line there is torn, doubled or left out, but for what was removed; from line FROM on, if it
# has to show all from there.
in_order() {
    local result
    result=$(perl -e '
        my ($file, $from) = @ARGV;
        my (%last, @removed, $gaps);
        $last{a} = $last{b} = $from - 1 if defined $from;
        open my $r, "<", "$file.removed" or die; push @removed, [split] while <$r>;
        open my $p, "<", $file or die;
        while (<$p>) {
            my ($writer, $n) = /^([ab]) (\d+) x* end\n\z/ or die "$file:$.: a torn line: " . substr($_, 0, 100) . "\n";
            my $last = $last{$writer};
            $last{$writer} = $n;
            next if !defined $last or $n == $last + 1;
            die "$file:$.: $writer $n after $writer $last\n" if $n <= $last;
            die "$file:$.: from $writer $last to $writer $n, and of removals there were @{[map { qq([@$_]) } @removed]}\n"
                unless grep { $$_[0] eq $writer and $$_[1] <= $last and $n <= $$_[2] } @removed;
            $gaps += $n - $last - 1;
        }
        printf "%d lines, and %d that were removed before\n", $., $gaps // 0' "$@") || return 1
    figure "${1##*/} showed $result"
}

@test "tails show each line once, whatever is removed, while two mounts write" {
    local -a pids=()
    local -A first=()
    touch "$p"
    start_tail all-a tail -n +1 -f "$A/$name"
    start_tail all-b tail -n +1 -f "$B/$name"
    start_tail f-a tail -n 100000000 -f "$A/$name"
    start_tail F-b tail -n 100000000 -F "$B/$name"
    start_writers
    go_on 20
    start_tail last-a tail -f "$A/$name"
    start_tail last-b tail -F "$B/$name"
    for _ in 1 2; do
        go_on 50
        # What all have shown.
        removing kafka trim "$name" 150
        go_on 30
        # What most have not shown as yet.
        removing kafka trim "$name" 1
        go_on 30
        removing truncate -s 0 "$A/$name"
        go_on 30
        removing truncate -s 0 "$B/$name"
    done
    go_on 50
    stop_writers
    all_show "${wrote[a]}" "${wrote[b]}"
    # With the last writer gone, tail -n +1 is at the end of what it read as cat does. From now on it looks at sizes.
    start_writers
    go_on 20
    removing truncate -s 0 "$A/$name"
    go_on 20
    stop_writers
    all_show "${wrote[a]}" "${wrote[b]}"
    for i in 0 1 2 3; do
        in_order "${tails[i]}" 1
    done
    for i in 4 5; do
        in_order "${tails[i]}"
    done
}

@test "tail -f ends when its topic is deleted, tail -F goes on with the new one" {
    local -a pids=()
    touch "$p"
    start_tail f-a tail -n 100000000 -f "$A/$name"
    start_tail f-b tail -f "$B/$name"
    start_tail F-a tail -n 100000000 -F "$A/$name"
    start_tail F-b tail -F "$B/$name"
    start_writers
    go_on 30
    stop_writers
    all_show "${wrote[a]}" "${wrote[b]}"
    kafka delete "$name"
    for i in 0 1; do
        ends_within 60000 "${pids[i]}"
        grep -q "Stale file handle" "${tails[i]}.err" || fail "$(cat "${tails[i]}.err")"
        in_order "${tails[i]}"
    done
    tails=("${tails[@]:2}")
    for tail in "${tails[@]}"; do
        eventually 30 grep "No such file" "$tail.err"
    done
    kafka create "$name" 1
    start_writers
    go_on 30
    stop_writers
    all_show "${wrote[a]}" "${wrote[b]}"
    for tail in "${tails[@]}"; do
        in_order "$tail"
    done
}
