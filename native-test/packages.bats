#!/usr/bin/env bats
# The packages: what is in them, and how they are installed, used, upgraded and removed on a clean machine.

load lib
load machine

setup_file() {
    private_home
    export DNPIPES_TEST_RUN=${DNPIPES_TEST_RUN:-$BATS_RUN_TMPDIR} DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR
    packages
    once root machine_root
    machine_up "$BATS_FILE_TMPDIR/m" "$MACHINES/root"
    on sh -c 'find / -xdev ! -path "/tmp/*" ! -path "/run/*" ! -path "/var/log/*" ! -path "/var/cache/*" ! -path "/var/lib/apt/*" ! -path "/var/lib/dpkg/*" | sort' > "$BATS_FILE_TMPDIR/before"
}

teardown_file() {
    local failed=0
    machine_down "$BATS_FILE_TMPDIR/m" || failed=1
    end_leftovers || failed=1
    return "$failed"
}

setup() {
    touch "$BATS_TEST_TMPDIR/started"
}

on() {
    on_machine "$BATS_FILE_TMPDIR/m" "$@"
}

install_deb() {
    on apt-get install -qy --no-install-recommends "$@" "/packages/${DEB##*/}"
}

@test "lintian and rpmlint find no fault" {
    # Packages for tests are not compressed.
    run lintian --allow-root --fail-on error,warning \
        --suppress-tags no-manual-page,uses-no-compression-for-data-tarball,uses-no-compression-for-control-tarball "$DEB"
    equal "$status" 0 "the status of lintian ($output)"
    run rpmlint -c "$ROOT/packaging/rpm/rpmlint.toml" "$RPM"
    contains "$output" " 0 errors"
    equal "$(grep -F ': W: ' <<< "$output" | grep -v no-manual-page-for-binary)" "" "the warnings"
}

@test "the .deb installs what it needs, and mounts, pushes and pulls without Java on the machine" {
    if on sh -c 'command -v java'; then fail "there is a Java"; fi
    install_deb
    on test -e /usr/bin/fusermount
    contains "$(on dnpipes --version)" "dnpipes "
    equal "$(on stat -c '%a %U' /etc/dnpipes/client.properties.example)" "640 root"
    on mkdir -p /mnt/pipes
    on dnpipes mount /mnt/pipes
    on sh -c 'echo hello > /mnt/pipes/talk'
    equal "$(on tail -n 1 /mnt/pipes/talk)" hello
    equal "$(on dnpipes pull talk)" hello
    on sh -c 'grep -q /usr/lib/dnpipes/lib/jsa/client- /proc/$(pgrep -f "[M]ain mount")/maps'
    on sh -c 'grep -q /usr/lib/dnpipes/lib/jsa/broker- /proc/$(pgrep -f "[B]rokerDaemon")/maps'
}

@test "the runtime has what logins and TLS need" {
    equal "$(on /usr/lib/dnpipes/runtime/bin/keytool -genkeypair -keyalg EC -groupname secp384r1 -dname CN=x -alias x \
        -keystore /tmp/keys -storepass secret 2>&1 | grep -c Exception)" 0
    on sh -c 'printf "%s\n" bootstrap.servers=127.0.0.1:1 security.protocol=SASL_PLAINTEXT sasl.mechanism=GSSAPI \
        sasl.kerberos.service.name=kafka "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab=\"/nowhere\" principal=\"a@B\";" > /tmp/kerberos; chmod 600 /tmp/kerberos'
    run on dnpipes pull --config /tmp/kerberos t
    # The module is there: it found no key table, and would ask for a password.
    contains "$output" "the client is being asked for a password"
    on sh -c 'printf "%s\n" bootstrap.servers=127.0.0.1:1 security.protocol=SASL_SSL sasl.mechanism=OAUTHBEARER \
        sasl.oauthbearer.token.endpoint.url=http://127.0.0.1:1/ sasl.login.connect.timeout.ms=100 sasl.login.retry.backoff.max.ms=10 \
        sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler \
        "sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"a\" clientSecret=\"b\";" > /tmp/oauth; chmod 600 /tmp/oauth'
    run on env DNPIPES_JAVA_OPTS=-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=http://127.0.0.1:1/ dnpipes pull --config /tmp/oauth t
    ((status == 1))
    [[ $output != *NoClassDef* && $output != *ClassNotFound* ]] || fail "$output"
}

@test "upgraded over itself, a mount in use goes on, and what was configured stays" {
    on sh -c 'echo "# mine" >> /etc/dnpipes/client.properties.example'
    install_deb --reinstall
    equal "$(on tail -n 1 /etc/dnpipes/client.properties.example)" "# mine"
    on sh -c 'echo again > /mnt/pipes/talk'
    equal "$(on tail -n 2 /mnt/pipes/talk)" "$(printf 'hello\nagain')"
    on dnpipes umount /mnt/pipes
    on dnpipes mount /mnt/pipes
    equal "$(on tail -n 1 /mnt/pipes/talk)" again
}

@test "removed, what is mounted stays usable until its daemon is told to end, and then nothing is mounted" {
    run on apt-get remove -qy dnpipes
    equal "$status" 0 "$output"
    contains "$output" "what is mounted stays until it is unmounted"
    on sh -c 'echo removed > /mnt/pipes/talk'
    equal "$(on tail -n 1 /mnt/pipes/talk)" removed "$(on tail -n 20 /root/.local/state/dnpipes/mnt-pipes.log) the last line"
    on test -e /etc/dnpipes/client.properties.example
    on pkill -TERM -f 'org.dnpipes.cli.Main mount'
    eventually 60 no_java
    equal "$(on findmnt -n /mnt/pipes)" "" "what is mounted"
}

no_java() {
    equal "$(on pgrep -a java)" "" "the daemons"
}

@test "purged, nothing of it is left on the machine" {
    on sh -c 'mkdir -p /var/log/dnpipes /var/cache/dnpipes/index /var/lib/dnpipes; touch /var/log/dnpipes/x.log'
    on apt-get purge -qy --auto-remove dnpipes
    on sh -c 'find / -xdev ! -path "/tmp/*" ! -path "/run/*" ! -path "/var/log/*" ! -path "/var/cache/*" ! -path "/var/lib/apt/*" ! -path "/var/lib/dpkg/*" | sort' > "$BATS_TEST_TMPDIR/after"
    # What users have is theirs, and what dependencies leave is theirs.
    equal "$(comm -13 "$BATS_FILE_TMPDIR/before" "$BATS_TEST_TMPDIR/after" | grep -vE '^/root/|^/mnt/pipes|fuse\.conf|/etc/systemd|__pycache__|ld.so.cache')" "" "what is left"
    equal "$(on find /var/log/dnpipes /var/cache/dnpipes 2> /dev/null)" ""
}

@test "the .rpm requires libfuse 2 by its soname and offers nobody its runtime" {
    requires=$(rpm -qp --requires "$RPM")
    for wanted in 'libfuse.so.2()(64bit)' fuse 'libc.so.6()(64bit)'; do
        grep -qxF "$wanted" <<< "$requires" || fail "does not require $wanted: $requires"
    done
    [[ $requires != *libjvm* ]] || fail "$requires"
    equal "$(rpm -qp --provides "$RPM" | grep -c '\.so')" 0 "the number of libraries that it provides"
    contains "$(rpm -qp --qf '[%{FILENAMES} %{FILEMODES:octal} %{FILEFLAGS:fflags}\n]' "$RPM" | grep client.properties)" "100640 cn"
    # Both have the same files, less what only one of them keeps.
    diff <(rpm -qlp "$RPM" | grep -vE '/licenses/|\.mo$' | sort) \
        <(dpkg-deb -c "$DEB" | awk '!($1 ~ /^d/ && $6 ~ /usr.share.(man|bash|zsh|fish)/) { print $6 }' | sed 's/^\.//; s:/$::' \
            | grep -E '^/(etc|usr/lib)/dnpipes|^/usr/(bin|sbin)/.|^/usr/share/doc/dnpipes|systemd/system/.|^/usr/share/(man|bash|zsh|fish).*[^/]$' | grep -vE 'copyright|changelog.gz|lintian' | sort) \
        || fail "the .rpm and the .deb differ in their files"
}

@test "the .rpm installs into a root of its own, runs from there, and is removed" {
    mkdir -p "$BATS_TEST_TMPDIR"/{upper,work,merged}
    unshare --mount --pid --fork --kill-child sh -euc '
        cd "$1"
        mount -t overlay -o "lowerdir=$2,upperdir=upper,workdir=work" overlay merged
        mount -t proc proc merged/proc
        mount --bind /dev merged/dev
        rpm --root "$PWD/merged" --dbpath /var/lib/rpm --nodeps --nosignature -i "$3"
        chroot merged sh -euc "dnpipes --version; mount.dnpipes --help; echo one | dnpipes push t; dnpipes pull t"
        rpm --root "$PWD/merged" --dbpath /var/lib/rpm -q dnpipes
        rpm --root "$PWD/merged" --dbpath /var/lib/rpm --nodeps -e dnpipes
        ! test -e merged/usr/lib/dnpipes
        ! test -e merged/usr/bin/dnpipes' \
        machine "$BATS_TEST_TMPDIR" "$MACHINES/root" "$RPM" > "$BATS_TEST_TMPDIR/said" 2> "$BATS_TEST_TMPDIR/log" || fail "$(cat "$BATS_TEST_TMPDIR/said" "$BATS_TEST_TMPDIR/log")"
    equal "$(sed -n 3p "$BATS_TEST_TMPDIR/said")" one
}

@test "the tar.gz runs from where it is unpacked, without Java" {
    mkdir "$BATS_TEST_TMPDIR/un packed"
    tar -C "$BATS_TEST_TMPDIR/un packed" -xzf "$TAR"
    home=$(echo "$BATS_TEST_TMPDIR/un packed"/*)
    run env -i PATH=/usr/bin:/bin HOME="$HOME" DNPIPES_TEST_SUITE="$DNPIPES_TEST_SUITE" "$home/bin/dnpipes" --version
    contains "$output" "dnpipes "
    echo unpacked | env -i PATH=/usr/bin:/bin HOME="$HOME" DNPIPES_TEST_SUITE="$DNPIPES_TEST_SUITE" "$home/bin/dnpipes" push t
    equal "$(env -i PATH=/usr/bin:/bin HOME="$HOME" DNPIPES_TEST_SUITE="$DNPIPES_TEST_SUITE" "$home/bin/dnpipes" pull t)" unpacked
    eventually 60 no_broker
    for file in sbin/mount.dnpipes etc/client.properties.example systemd/dnpipes@.service share/doc/dnpipes/README.md LICENSE; do
        [[ -e $home/$file ]] || fail "there is no $file"
    done
}

no_broker() {
    equal "$(marked "DNPIPES_TEST_SUITE=$DNPIPES_TEST_SUITE" | xargs -r ps -o args= -p | grep BrokerDaemon)" "" "the broker"
}

@test "what the packages weigh" {
    figure "$(cd "$MACHINES/packages" && du -h --apparent-size -- * | tr '\t\n' '  ')"
    ((DEB_SIZE = $(dpkg-deb -f "$DEB" Installed-Size)))
    ((DEB_SIZE < 300000)) || fail "the package takes $DEB_SIZE KiB on a machine"
}
