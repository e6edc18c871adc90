#!/usr/bin/env bats
# Sizes, while they change: whoever asks, and however, gets what is stored by then (4.2, 4.3).

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

# Pushes lines of random lengths until it is told to end, pausing between bursts. Before a line is written its bytes are
# announced, when the write has returned they are counted: two numbers in a file of its own.
SIZE_WRITER='
    my ($path, $file) = @ARGV;
    my $end; $SIG{TERM} = sub { $end = 1 };
    open my $f, "+>", $file or die "$file: $!"; syswrite $f, pack "Q2", 0, 0;
    my ($announced, $stored) = (0, 0);
    sub say_so { sysseek $f, 0, 0; syswrite $f, pack "Q2", $announced, $stored }
    until ($end) {
        open my $p, ">>", $path or die "open: $!";
        for (1 .. 1 + rand 20) {
            my $line = ("x" x (rand() < 0.05 ? int rand 1000 : int rand 80)) . "\n";
            $announced += length $line; say_so();
            until (defined syswrite $p, $line) { $!{EINTR} or die "write: $!" }
            $stored = $announced; say_so();
        }
        close $p or die "close: $!";
        select undef, undef, undef, rand 0.4;
    }'

# Sums up what the writers say: NUMBER 0 is what they may have stored, 1 what they have.
counted() {
    perl -e '
        my $which = shift; my $sum = 0;
        for (@ARGV) { open my $f, "<", $_ or die "$_: $!"; sysread $f, my $b, 16; $sum += (unpack "Q2", $b)[$which] }
        print $sum' "$1" "$BATS_TEST_TMPDIR"/count-{1..4}
}

# Each size is at least what was stored before it was asked for, and at most what was announced afterwards; and each is
# at least the one before, on whichever mount that was.
@test "wc -c, stat and a snapshot agree on the size while four writers on two mounts push, 200 of 200 times" {
    touch "$p"
    pids=()
    for i in 1 2 3 4; do
        dir=$A
        ((i % 2)) || dir=$B
        start "$BATS_TEST_TMPDIR/writer-$i" perl -e "$SIZE_WRITER" "$dir/$name" "$BATS_TEST_TMPDIR/count-$i"
        pids+=("$pid")
    done
    for i in 1 2 3 4; do
        eventually 20 test -s "$BATS_TEST_TMPDIR/count-$i"
    done
    local size=0 least most round dir
    for round in {1..200}; do
        dir=$A
        ((round % 2)) || dir=$B
        for how in stat wc snapshot; do
            least=$(counted 1)
            ((least >= size)) || least=$size
            case $how in
                stat) size=$(stat -c %s "$dir/$name") ;;
                wc) size=$(wc -c < "$dir/$name") ;;
                snapshot) size=$(cat "$dir/$name@snapshot" | wc -c) ;;
            esac
            most=$(counted 0)
            ((least <= size && size <= most)) \
                || fail "round $round: $how on $dir says $size, and should be from $least to $most"
        done
    done
    for pid in "${pids[@]}"; do
        kill -TERM "$pid"
        ends_within 30000 "$pid"
        equal "$status" 0 "the status of a writer"
    done
    size=$(counted 0)
    equal "$(counted 1)" "$size" "what was stored at last"
    for dir in "$A" "$B"; do
        equal "$(wc -c < "$dir/$name")" "$size" "wc on $dir"
        equal "$(stat -c %s "$dir/$name")" "$size" "stat on $dir"
        equal "$(snapshot "$dir/$name" | wc -c)" "$size" "the snapshot on $dir"
    done
    figure "$size bytes at last"
}
