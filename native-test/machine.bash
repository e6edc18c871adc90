# A machine of its own for a test: a minimal Debian with a real systemd, in namespaces of its own for all but the network,
# on which packages are installed, mounted from fstab, and removed. Needs root, systemd-nspawn and mmdebstrap.
# shellcheck shell=bash

# What all suites of a run have in common is made by the first that needs it.
MACHINES=${DNPIPES_TEST_RUN:-${BATS_RUN_TMPDIR:-}}/machines

# once NAME COMMAND…: runs it if no suite of this run has done so. Others wait for it.
once() {
    local name=$1
    shift
    mkdir -p "$MACHINES"
    (
        flock 9
        [[ ! -e $MACHINES/$name.done ]] || exit 0
        "$@" > "$MACHINES/$name.log" 2>&1 || fail "could not make $name:" "$(tail -n 20 "$MACHINES/$name.log")" || exit 1
        touch "$MACHINES/$name.done"
    ) 9> "$MACHINES/$name.lock" 3>&-
}

# packages: makes all kinds. $DEB, $RPM and $TAR are they.
packages() {
    once packages env TMPDIR="$MACHINES" "$ROOT/packaging/build" --quick --out "$MACHINES/packages" || return 1
    DEB=$(echo "$MACHINES"/packages/*.deb)
    RPM=$(echo "$MACHINES"/packages/*.rpm)
    TAR=$(echo "$MACHINES"/packages/*.tar.gz)
    export DEB RPM TAR
}

# The Debian of this machine, from where its apt has packages.
machine_root() {
    local package
    package=$(apt-get download --print-uris base-files | cut -d "'" -f 2)
    [[ -n $package ]] || fail "apt says no address for base-files: apt-get update?" || return 1
    mmdebstrap --quiet --variant=minbase --skip=cleanup/apt/lists --include=systemd,systemd-sysv,procps --dpkgopt=path-exclude='/usr/share/locale/*' \
        --dpkgopt=path-exclude='/usr/share/man/*' --customize-hook='touch "$1/etc/fstab"; echo machine > "$1/etc/hostname"' \
        "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$MACHINES/root" "${package%%/pool/*}"
}

# The same with the package installed, as the files that it adds.
machine_with_package() {
    machine_up "$MACHINES/with" "$MACHINES/root" || return 1
    local status=0
    on_machine "$MACHINES/with" apt-get install -qy --no-install-recommends "/packages/${DEB##*/}" || status=1
    machine_down "$MACHINES/with" && ((status == 0))
}

# machine_up DIR LAYER…: starts one whose changes are kept below DIR, above these layers, the uppermost first.
machine_up() {
    local dir=$1 name IFS=:
    shift
    name=$(machine_name "$dir")
    mkdir -p "$dir"/{upper,work,merged}
    # Its mounts are in a namespace where nobody else finds them, and end with it. In control groups of its own it has no
    # part in those of another machine.
    DNPIPES_TEST_MACHINE=$dir setsid unshare --mount --propagation private sh -euc '
        dir=$1 layers=$2 packages=$3 name=$4
        shift 4
        for groups; do
            mkdir "$groups/$name"
            echo $$ > "$groups/$name/cgroup.procs"
        done
        mount -t overlay -o "lowerdir=$layers,upperdir=$dir/upper,workdir=$dir/work" overlay "$dir/merged"
        exec systemd-nspawn --quiet --register=no --keep-unit --machine="$name" --directory="$dir/merged" --boot \
            --console=pipe --bind=/dev/fuse $(find /dev/autofs -printf "--bind=%p") --bind-ro="$packages:/packages"' \
        machine "$dir" "$*" "$MACHINES/packages" "$name" "${CONTROL_GROUPS[@]}" > "$dir/log" 2>&1 < /dev/null 3>&- 5>&- 6>&- 7>&- &
    echo $! > "$dir/pid"
    IFS=$' \t\n'
    eventually 120 machine_is_running "$dir" || fail "$(tail -n 20 "$dir/log")"
}

# Those that systemd uses, of version 1, of both, or of version 2 alone.
CONTROL_GROUPS=()
for groups in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [[ ! -w $groups/cgroup.procs ]] || CONTROL_GROUPS+=("$groups")
done

machine_name() {
    echo "dnpipes-$(cksum <<< "$1" | cut -d ' ' -f 1)"
}

machine_is_running() {
    kill -0 "$(cat "$1/pid")" || fail "it has ended: $(tail -n 20 "$1/log")" || return 1
    on_machine "$1" systemctl is-system-running
}

# The first process of it.
machine_init() {
    pgrep -P "$(cat "$1/pid")"
}

# on_machine DIR COMMAND…
on_machine() {
    local init
    init=$(machine_init "$1") || fail "the machine does not run:" "$(tail -n 20 "$1/log")" || return 1
    shift
    nsenter --target "$init" --mount --uts --ipc --pid --cgroup --root --wdns=/ \
        env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}

# machine_down DIR: as by its power button.
machine_down() {
    local daemon
    daemon=$(cat "$1/pid") || return 0
    kill -TERM "$daemon" 2> /dev/null
    local groups left failed=0
    if ! eventually 90 gone "$daemon"; then
        kill -KILL "$daemon"
        fail "the machine did not end:" "$(tail -n 20 "$1/log")" || failed=1
        eventually 30 gone "$daemon" || true
    fi
    rm "$1/pid"
    for groups in "${CONTROL_GROUPS[@]/%//$(machine_name "$1")}"; do
        [[ -d $groups ]] || continue
        # Nothing, unless it was killed: its first process outlives that.
        mapfile -t left < <(find "$groups" -name cgroup.procs -exec cat {} +)
        ((${#left[@]} == 0)) || kill -KILL "${left[@]}" 2> /dev/null || true
        eventually 30 find "$groups" -depth -type d -exec rmdir {} + || failed=1
    done
    return "$failed"
}
