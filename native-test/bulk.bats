#!/usr/bin/env bats
# Much data, byte for byte.

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

sum() {
    sha256sum | cut -d ' ' -f 1
}

# mb_per_s BYTES MILLISECONDS
mb_per_s() {
    echo "$(($1 / 1000 / ($2 + 1))) MB/s"
}

@test "300 MB of binary lines of random length go in and come out the same, on both mounts" {
    # Mostly short lines, as random bytes have them, and some of up to 200 KB.
    perl -e '
        srand 42; open my $r, "<:raw", "/dev/urandom" or die; binmode STDOUT;
        my $left = 300_000_000;
        while ($left > 0) {
            read $r, my $bytes, 1 << 20; print $bytes;
            my $long = 1 + int rand 200_000; read $r, $bytes, $long; $bytes =~ tr/\n/\0/; print "$bytes\n";
            $left -= (1 << 20) + $long;
        }' > "$BATS_TEST_TMPDIR/lines"
    want=$(sum < "$BATS_TEST_TMPDIR/lines")
    size=$(stat -c %s "$BATS_TEST_TMPDIR/lines")
    ((size >= 300000000))
    began=$(now_ms)
    within 150 bash -c 'cat "$1" > "$2"' - "$BATS_TEST_TMPDIR/lines" "$p"
    figure "pushed at $(mb_per_s "$size" $(($(now_ms) - began)))"
    began=$(now_ms)
    equal "$(within 100 cat "$p" | sum)" "$want"
    figure "pulled at $(mb_per_s "$size" $(($(now_ms) - began)))"
    equal "$(within 100 cat "$B/$name@snapshot" | sum)" "$want"
    equal "$(stat -c %s "$p")" "$size"
    equal "$(wc -c < "$B/$name")" "$size"
    rm "$BATS_TEST_TMPDIR/lines"
}

@test "dd with blocks of 1, 7, 4096, 131071 and 1 M bytes pushes the same lines" {
    for block in 1:60000 7:200000 4096:5000000 131071:5000000 1M:20000000; do
        random_lines "${block#*:}" "$BATS_TEST_TMPDIR/lines"
        dd if="$BATS_TEST_TMPDIR/lines" of="$p-${block%:*}" bs="${block%:*}" status=none
        equal "$(snapshot "$p-${block%:*}" | sum)" "$(sum < "$BATS_TEST_TMPDIR/lines")" "what dd bs=${block%:*} pushed"
    done
}

@test "dd with blocks of 1, 7, 4096, 131072 and 1 M bytes pulls the same lines" {
    random_lines 3000000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    for block in 4096 131072 1M; do
        equal "$(within 60 dd if="$p" bs="$block" status=none | sum)" "$(sum < "$BATS_TEST_TMPDIR/lines")" "what dd bs=$block pulled"
    done
    truncate -s 0 "$p"
    random_lines 60000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    for block in 1 7; do
        equal "$(within 60 dd if="$p" bs="$block" status=none | sum)" "$(sum < "$BATS_TEST_TMPDIR/lines")" "what dd bs=$block pulled"
    done
}

@test "a reader that keeps up with a writer gets every byte" {
    random_lines 50000000 "$BATS_TEST_TMPDIR/lines"
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 blocked "$pid"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    ends_within 60000 "$pid"
    equal "$status" 0
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "a million short lines keep their number and order" {
    within 100 bash -c 'seq 1 1000000 > "$1"' - "$p"
    equal "$(within 60 cat "$p@snapshot" | sum)" "$(seq 1 1000000 | sum)"
    equal "$(within 60 tail -n 1 "$p")" 1000000
}

@test "the daemon does not grow beyond its bound under bulk" {
    random_lines 100000000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    within 100 cat "$p" > /dev/null
    resident=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$(daemon_pid "$A")/status")
    figure "the daemon had at most $resident MiB resident"
    ((resident <= 700)) || fail "the daemon had $resident MiB resident"
}
