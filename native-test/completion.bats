#!/usr/bin/env bats
# Manual pages and completions, as the build makes them: no complaints of mandoc, and each shell completes commands,
# options, topics and mount points.

load lib

SHARE=$ROOT/target/dnpipes/share

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
    kafka create topic-one 1
    kafka create topic-three 3
}
teardown_file() { suite_stop; }
setup() {
    test_start
    # Somebody at a terminal does not wait for so long; a test on a busy machine has to.
    export DNPIPES_COMPLETION_SECONDS=60
    PATH=$(dirname "$DNPIPES"):$PATH
}
teardown() { test_stop; }

# Another suite may have mounted something in this very moment: what is asked for is among what is said.
# complete_bash LINE: what bash offers, a line each.
complete_bash() {
    # shellcheck disable=SC2016
    within 90 bash --norc -c 'source "$1"; COMP_LINE=$2 COMP_POINT=${#2}; compopt() { :; }; _dnpipes; printf "%s\n" "${COMPREPLY[@]}"' - \
        "$SHARE/bash-completion/completions/dnpipes" "$1"
}

complete_fish() {
    # shellcheck disable=SC2016
    within 90 fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$SHARE/fish/vendor_completions.d/dnpipes.fish" "$1"
}

# zsh completes in its line editor alone: one with a terminal lists what there is.
complete_zsh() {
    # shellcheck disable=SC2016
    within 200 python3 "$BATS_TEST_DIRNAME/complete-zsh.py" "$SHARE/zsh/site-functions" "$1"
}

offers() {
    grep -qxE -- "$2(	.*)?" <<< "$1" || fail "no '$2' in" "$1"
}

zsh_shows() {
    contains "$(complete_zsh "$1")" "$2"
}

@test "mandoc has nothing to complain of in any manual page" {
    run mandoc -Tlint -W warning "$SHARE"/man/man1/*.1 "$SHARE"/man/man8/*.8
    equal "$output" ""
    equal "$status" 0
    for page in dnpipes dnpipes-mount dnpipes-status dnpipes-doctor; do
        [[ -s $SHARE/man/man1/$page.1 ]] || fail "no page $page"
    done
    contains "$(mandoc -T ascii "$SHARE/man/man8/mount.dnpipes.8" | col -b)" "config=FILE"
}

@test "each shell can read its completion" {
    bash -n "$SHARE/bash-completion/completions/dnpipes"
    zsh -n "$SHARE/zsh/site-functions/_dnpipes"
    fish --no-execute "$SHARE/fish/vendor_completions.d/dnpipes.fish"
    shellcheck -s bash -S warning "$SHARE/bash-completion/completions/dnpipes"
}

@test "bash completes commands, options and their values" {
    offers "$(complete_bash 'dnpipes st')" status
    offers "$(complete_bash 'dnpipes mount --boot')" --bootstrap-servers
    offers "$(complete_bash 'dnpipes mount -o ro,eo')" 'ro,eof='
    offers "$(complete_bash 'dnpipes log-level /x d')" debug
    offers "$(complete_bash "dnpipes mount --config $BATS_TEST_DIRNAME/lib.b")" "$BATS_TEST_DIRNAME/lib.bash"
    equal "$(complete_bash 'dnpipes nonsense ')" ""
}

@test "bash completes mount points, and topics of what is mounted and of what the command line names" {
    offers "$(complete_bash 'dnpipes umount /')" "$A"
    offers "$(complete_bash "dnpipes pull --bootstrap-servers $BROKER topic-")" topic-one
    offers "$(complete_bash "dnpipes pull --bootstrap-servers=$BROKER topic-t")" topic-three/2
    # Only where nothing else of this host is mounted is it known which mount is asked.
    if [[ $(awk '/ - fuse\.dnpipes / { print $5; exit }' /proc/self/mountinfo) == "$A" ]]; then
        offers "$(complete_bash 'dnpipes pull topic-')" topic-one
        offers "$(complete_bash 'dnpipes reset topic-three/')" topic-three/1
    fi
}

@test "fish completes commands, options, mount points and topics" {
    offers "$(complete_fish 'dnpipes st')" status
    offers "$(complete_fish 'dnpipes mount --boot')" --bootstrap-servers
    offers "$(complete_fish 'dnpipes umount /')" "$A"
    offers "$(complete_fish "dnpipes pull --bootstrap-servers $BROKER topic-")" topic-one
}

@test "zsh completes commands, options, mount points and topics" {
    zsh_shows 'dnpipes st' 'line=dnpipes status =end'
    zsh_shows 'dnpipes mount --boot' 'line=dnpipes mount --bootstrap-servers==end'
    zsh_shows "dnpipes umount ${A%a}" "line=dnpipes umount $A=end"
    zsh_shows "dnpipes pull --bootstrap-servers $BROKER topic-o" topic-one
}

@test "where there is no cluster, nothing is offered and nothing is said, soon" {
    export DNPIPES_COMPLETION_SECONDS=1
    run --separate-stderr complete_bash "dnpipes pull --bootstrap-servers 127.0.0.1:1 t"
    equal "$output$stderr" ""
    run --separate-stderr complete_bash "dnpipes pull --data-dir $BATS_TEST_TMPDIR/none t"
    equal "$output$stderr" ""
    [[ ! -e $BATS_TEST_TMPDIR/none ]]
}
