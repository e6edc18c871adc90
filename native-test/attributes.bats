#!/usr/bin/env bats
# What stat and its kin say about pipes.

load lib

setup_file() {
    suite_start
    umask 022
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "a pipe is a regular file of the mounting user, mode 0666 less the umask, with one link" {
    push "$p" hello
    equal "$(stat -c '%F %a %u %g %h' "$p")" "regular file 644 $(id -u) $(id -g) 1"
    [[ -f $p && ! -p $p && -s $p ]]
}

@test "the root and a topic of several partitions are directories, mode 0777 less the umask" {
    kafka create "$name" 2
    equal "$(stat -c '%F %a %u %g' "$A")" "directory 755 $(id -u) $(id -g)"
    equal "$(stat -c '%F %a %u %g' "$p")" "directory 755 $(id -u) $(id -g)"
    equal "$(stat -c '%F %a' "$p/1")" "regular empty file 644"
}

@test "the umask of the mounting process counts" {
    dir=$(umask 027 && mount_pipes masked)
    push "$dir/$name" x
    equal "$(stat -c %a "$dir/$name")" 640
    equal "$(stat -c %a "$dir")" 750
}

@test "-o umask=, uid= and gid= change mode and owner" {
    dir=$(mount_pipes options -o umask=077,uid=12,gid=34)
    push "$p" x
    equal "$(stat -c '%a %u %g' "$dir/$name")" "600 12 34"
    equal "$(stat -c '%a %u %g' "$dir")" "700 12 34"
}

@test "chmod, chown and touch succeed and change nothing" {
    push "$p" x
    before=$(stat -c '%a %u %g %s %i %Y' "$p")
    chmod 600 "$p"
    chown "$(id -u):$(id -g)" "$p"
    touch "$p"
    equal "$(stat -c '%a %u %g %s %i %Y' "$p")" "$before"
    equal "$(pull "$p")" x
}

@test "the size is exact for a pipe that this mount has written" {
    touch "$p"
    equal "$(stat -c %s "$p")" 0
    [[ ! -s $p ]]
    bytes=0
    for line in '' a 'two words' "$(head -c 5000 /dev/zero | tr '\0' x)"; do
        push "$p" "$line"
        bytes=$((bytes + ${#line} + 1))
        equal "$(stat -c %s "$p")" "$bytes"
        equal "$(wc -c < "$p")" "$bytes"
        equal "$(wc -c "$p" | cut -d ' ' -f 1)" "$bytes"
    done
}

@test "the size is exact for a pipe that this mount has read or opened" {
    random_lines 1000000 "$BATS_TEST_TMPDIR/lines"
    size=$(stat -c %s "$BATS_TEST_TMPDIR/lines")
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    equal "$(wc -c < "$B/$name")" "$size"
    equal "$(stat -c %s "$B/$name")" "$size"
    push "$p" more
    equal "$(wc -c < "$B/$name")" $((size + 5))
}

@test "the size of a pipe that nobody has opened here is not 0 and never too large" {
    seq 1 1000 > "$p"
    size=$(stat -c %s "$B/$name")
    ((size > 0 && size <= 3893)) || fail "$size"
    [[ -s $B/$name ]]
}

@test "blocks fit the size" {
    seq 1 10000 > "$p"
    read -r size blocks unit < <(stat -c '%s %b %B' "$p")
    ((blocks * unit >= size)) || fail "$blocks blocks of $unit for $size bytes"
    ((blocks * unit < size + 65536)) || fail "$blocks blocks of $unit for $size bytes"
}

@test "the modification time is the newest message's" {
    before=$(date +%s)
    push "$p" a
    after=$(date +%s)
    mtime=$(stat -c %Y "$p")
    ((mtime >= before && mtime <= after)) || fail "$mtime is not between $before and $after"
    equal "$(stat -c %Y "$B/$name")" "$mtime"
    stays 1100 test -e "$p"
    equal "$(stat -c %Y "$p")" "$mtime"
    push "$p" b
    ((mtime < $(stat -c %Y "$p")))
}

@test "inode numbers differ between pipes and are the same on every mount and after a remount" {
    push "$p-1" x
    push "$p-2" x
    first=$(stat -c %i "$p-1")
    [[ $first != $(stat -c %i "$p-2") ]]
    equal "$(stat -c %i "$B/$name-1")" "$first"
    dir=$(mount_pipes remounted)
    equal "$(stat -c %i "$dir/$name-1")" "$first"
    unmount "$dir"
    dir=$(mount_pipes remounted)
    equal "$(stat -c %i "$dir/$name-1")" "$first"
    equal "$(find "$dir" -name "$name-1" -printf %i)" "$first"
}

@test "ls -l shows type, size and name of each" {
    push "$p" hello
    contains "$(ls -l "$A")" "$name"
    # shellcheck disable=SC2012
    equal "$(ls -l "$p" | awk '{ print $1, $2, $5 }')" "-rw-r--r-- 1 6"
}

@test "statfs tells free space and names of 249 characters" {
    equal "$(stat -f -c %l "$A")" 249
    (($(stat -f -c %f "$A") > 0))
    df "$A" > /dev/null
}

@test "tar packs a pipe with its content" {
    random_lines 300000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    within 30 tar -C "$A" -cf "$BATS_TEST_TMPDIR/tar" "$name"
    tar -xOf "$BATS_TEST_TMPDIR/tar" "$name" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "test -r and -w say yes for the mounting user, and -x says no" {
    push "$p" x
    [[ -r $p && -w $p && ! -x $p ]]
}

@test "lseek finds the end, and the data, of a pipe" {
    push "$p" hello
    equal "$(perl -e 'open my $p, "<", $ARGV[0] or die; print sysseek($p, 0, 2), " ", sysseek($p, -2, 1), " "; sysread $p, my $x, 9; print $x' "$p")" "6 4 o"
}

@test "a listing and a stat scan no topic: they answer at once for a large pipe nobody has opened here" {
    seq 1 300000 > "$p"
    within 5 ls -l "$B" > /dev/null
    within 5 stat "$B/$name" > /dev/null
}

# attribute NAME PATH
attribute() {
    getfattr --absolute-names --only-values -n "user.dnpipes.$1" "$2"
}

@test "extended attributes tell where a pipe is and what it holds" {
    push "$p" a b c
    equal "$(attribute topic "$p")" "$name"
    equal "$(attribute partition "$p")" 0
    equal "$(attribute partitions "$p")" 1
    equal "$(attribute first_offset "$p")" 0
    equal "$(attribute next_offset "$p")" 3
    equal "$(attribute messages "$p")" 3
    equal "$(attribute replication "$p")" 1
    equal "$(attribute retention_ms "$p")" -1
    equal "$(attribute cleanup_policy "$p")" delete
    equal "$(attribute topic_id "$p")" "$(attribute topic_id "$B/$name")"
    kcat_produce "$name" <<< d
    equal "$(attribute next_offset "$p@follow")" 4
    truncate -s 0 "$p"
    equal "$(attribute first_offset "$p") $(attribute messages "$p")" "4 0"
    shown=$(getfattr --absolute-names -d "$p")
    for attribute in topic topic_id partition partitions first_offset next_offset messages replication retention_ms; do
        contains "$shown" "user.dnpipes.$attribute="
    done
}

@test "extended attributes of a topic with several partitions, of a partition and of the root" {
    kafka create "$name" 3
    equal "$(attribute partitions "$p")" 3
    fails_with 'No such attribute' attribute next_offset "$p"
    push "$p/2" x
    equal "$(attribute partition "$p/2") $(attribute next_offset "$p/2") $(attribute next_offset "$p/1")" "2 1 0"
    equal "$(getfattr --absolute-names -d "$A")" ""
}

@test "extended attributes cannot be changed, and there are no others" {
    push "$p" x
    fails_with 'Operation not supported' setfattr -n user.dnpipes.topic -v other "$p"
    fails_with 'Operation not supported' setfattr -n user.mine -v x "$p"
    fails_with 'Operation not supported' setfattr -x user.dnpipes.topic "$p"
    fails_with 'No such attribute' getfattr -n user.dnpipes.colour "$p"
    fails_with 'No such attribute' getfattr -n user.mine "$p"
    fails_with 'No such file' getfattr -n user.dnpipes.topic "$p.missing"
    equal "$(attribute topic "$p")" "$name"
}

@test "security labels and access lists are not supported, so that ls asks for those of one file only" {
    for i in 1 2 3 4 5; do touch "$A/$name-$i"; done
    rm -f "$BATS_TEST_TMPDIR/trace"
    strace -f -o "$BATS_TEST_TMPDIR/trace" ls -l "$A" > "$BATS_TEST_TMPDIR/list"
    equal "$(grep -c "$name-" "$BATS_TEST_TMPDIR/list")" 5
    seen=$(grep getxattr "$BATS_TEST_TMPDIR/trace")
    # One of each kind.
    ((${#seen} == 0 || $(wc -l <<< "$seen") <= 2)) || fail "$seen"
    for attribute in security.selinux system.posix_acl_access trusted.x; do
        fails_with "Operation not supported" getfattr -n "$attribute" "$A/$name-1" || return 1
    done
    fails_with "No such attribute" getfattr -n user.other "$A/$name-1"
}
