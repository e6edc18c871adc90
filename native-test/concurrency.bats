#!/usr/bin/env bats
# Many writers and readers at once: no line is torn, lost, doubled or out of its writer's order.

export DNPIPES_JAVA_OPTS=
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

# A writer with one open file, which cuts its numbered lines at random places into write(2) calls.
WRITER='
    my ($path, $writer, $count) = @ARGV;
    srand $writer;
    my $text = join "", map { "writer $writer line $_ " . "x" x int(rand 300) . " end\n" } 1 .. $count;
    open my $p, ">>", $path or die "open: $!";
    while (length $text) {
        my $n = 1 + int rand 500;
        defined syswrite($p, substr $text, 0, $n, "") or die "write: $!";
    }
    close $p or die "close: $!";'

# whole FILE WRITERS COUNT: it holds the lines of all writers, each writer's in order.
whole() {
    local torn
    torn=$(grep -avcE '^writer [0-9]+ line [0-9]+ x* end$' "$1") || true
    equal "$torn" 0 "the number of torn lines"
    equal "$(wc -l < "$1")" $(($2 * $3)) "the number of lines"
    awk -v writers="$2" -v count="$3" '
        $4 != ++last[$2] { print "writer " $2 ": line " $4 " after " last[$2] - 1; exit 1 }
        END { for (w = 1; w <= writers; w++) if (last[w] != count) { print "writer " w " has " last[w] + 0 " lines"; exit 1 } }' "$1" \
        || fail "a line was lost, doubled or out of order"
}

# all_end PID…: each with status 0.
all_end() {
    for pid in "$@"; do
        ends_within 100000 "$pid"
        equal "$status" 0 "the status of a process"
    done
}

@test "20 writers on one mount, each with one open file and lines cut anywhere" {
    touch "$p"
    pids=()
    for i in {1..20}; do
        start "$BATS_TEST_TMPDIR/writer-$i" perl -e "$WRITER" "$p" "$i" 500
        pids+=("$pid")
    done
    all_end "${pids[@]}"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    whole "$BATS_TEST_TMPDIR/got" 20 500
    kcat_consume "$name" > "$BATS_TEST_TMPDIR/kcat"
    same_bytes "$BATS_TEST_TMPDIR/kcat" "$BATS_TEST_TMPDIR/got"
}

@test "20 writers on two mounts into a pipe that none of them finds there" {
    pids=()
    for i in {1..20}; do
        dir=$A
        ((i % 2)) || dir=$B
        start "$BATS_TEST_TMPDIR/writer-$i" perl -e "$WRITER" "$dir/$name" "$i" 300
        pids+=("$pid")
    done
    all_end "${pids[@]}"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    snapshot "$B/$name" > "$BATS_TEST_TMPDIR/got-b"
    whole "$BATS_TEST_TMPDIR/got" 20 300
    same_bytes "$BATS_TEST_TMPDIR/got-b" "$BATS_TEST_TMPDIR/got"
}

@test "20 shells that echo line by line, with an open for each" {
    pids=()
    for i in {1..20}; do
        start "$BATS_TEST_TMPDIR/writer-$i" bash -c 'for n in {1..50}; do echo "writer $2 line $n xx end" >> "$1" || exit 1; done' - "$p" "$i"
        pids+=("$pid")
    done
    all_end "${pids[@]}"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    whole "$BATS_TEST_TMPDIR/got" 20 50
}

@test "processes that share one open file by inheritance write whole lines" {
    start "$BATS_TEST_TMPDIR/writers" perl -e '
        open my $p, ">>", $ARGV[0] or die;
        for my $w (1 .. 10) {
            next if fork;
            syswrite $p, "writer $w line $_ xxx end\n" or die "$!" for 1 .. 100;
            exit 0;
        }
        for (1 .. 10) { wait; $? and die "a writer failed" }' "$p"
    all_end "$pid"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    whole "$BATS_TEST_TMPDIR/got" 10 100
}

@test "readers that come at any time all get the same bytes" {
    touch "$p"
    pids=()
    for i in {1..4}; do
        start "$BATS_TEST_TMPDIR/writer-$i" perl -e "$WRITER" "$p" "$i" 2000
        pids+=("$pid")
    done
    readers=()
    for i in {1..10}; do
        dir=$A
        ((i % 2)) || dir=$B
        start "$BATS_TEST_TMPDIR/got-$i" head -n 8000 "$dir/$name@follow"
        readers+=("$pid")
    done
    all_end "${pids[@]}" "${readers[@]}"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    whole "$BATS_TEST_TMPDIR/got" 4 2000
    for i in {1..10}; do
        same_bytes "$BATS_TEST_TMPDIR/got-$i" "$BATS_TEST_TMPDIR/got"
    done
}

@test "writers on 30 pipes do not mix them up" {
    pids=()
    for i in {1..30}; do
        start "$BATS_TEST_TMPDIR/writer-$i" perl -e "$WRITER" "$p-$i" 1 100
        pids+=("$pid")
    done
    all_end "${pids[@]}"
    for i in {1..30}; do
        snapshot "$p-$i" > "$BATS_TEST_TMPDIR/got"
        whole "$BATS_TEST_TMPDIR/got" 1 100
    done
}
