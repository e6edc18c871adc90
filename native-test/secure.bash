# A cluster of three brokers with TLS, passwords and access lists, for suites that load it behind lib.bash. Its
# processes, files and end are those of lib.bash's broker. See tools/SecureCluster.java.
# shellcheck shell=bash

# secure_cluster_start: sets BROKER (TLS and passwords), SHORT (the same, and who logs in has to do it again every three
# seconds) and CERTIFICATES (TLS with a certificate of the user), each a list of addresses; $keys is the folder of keys.
secure_cluster_start() {
    local classes=$ROOT/target/native-test/secure tools=$ROOT/native-test/tools
    local jars=$ROOT/target/dnpipes/lib dir=$BATS_FILE_TMPDIR/broker stored broker
    if [[ ! -e $classes/SecureCluster.class || -n $(find "$tools" -name 'Secure*' -newer "$classes/SecureCluster.class") ]]; then
        javac -d "$classes" -cp "$jars/*:$jars/broker/*" "$tools"/Secure*.java || return 1
    fi
    export keys=$BATS_FILE_TMPDIR/keys
    mkdir "$dir" "$keys"
    make_ca ca
    make_certificate broker broker-keystore DNS:localhost
    ln "$keys/broker.p12" "$keys/ca.pem" "$dir/"
    # With what dnpipes-prepare has stored it starts sooner.
    stored=$(compgen -G "$jars/jsa/broker-*.jsa" | head -n 1)
    DNPIPES_TEST_BROKER=$dir java -Xmx640m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
        ${stored:+"-XX:SharedArchiveFile=$stored"} -Xlog:disable -cp "$jars/*:$jars/broker/*:$classes" \
        SecureCluster "$dir" 3 > "$dir/log" 2>&1 < /dev/null 3>&- 5>&- 6>&- 7>&- &
    broker=$!
    eventually 120 cluster_started_or_ended "$broker"
    [[ -e $dir/addresses ]] || fail "the cluster did not start:" "$(tail -n 20 "$dir/log")" || return 1
    { read -r BROKER && read -r SHORT && read -r CERTIFICATES; } < "$dir/addresses"
    export BROKER SHORT CERTIFICATES
}

cluster_started_or_ended() {
    [[ -e $BATS_FILE_TMPDIR/broker/addresses ]] || gone "$1"
}

# Nothing of it is kept, so it need not end in order.
secure_cluster_stop() {
    signal_broker KILL
    eventually 20 broker_is_gone
}

# make_ca NAME
make_ca() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$keys/$1.key" -out "$keys/$1.pem" -days 2 -subj "/CN=$1" 2> /dev/null
}

# make_certificate NAME PASSWORD [ALTERNATIVE_NAME]: NAME.p12, signed by the CA.
make_certificate() {
    openssl req -newkey rsa:2048 -nodes -keyout "$keys/$1.key" -out "$keys/$1.csr" -subj "/CN=$1" 2> /dev/null
    openssl x509 -req -in "$keys/$1.csr" -CA "$keys/ca.pem" -CAkey "$keys/ca.key" -CAcreateserial -days 2 \
        -out "$keys/$1.pem" ${3:+-extfile <(echo "subjectAltName=$3")} 2> /dev/null
    openssl pkcs12 -export -in "$keys/$1.pem" -inkey "$keys/$1.key" -name "$1" -out "$keys/$1.p12" -passout "pass:$2"
}

# admin COMMAND…: as the super user; see tools/SecureClusterAdmin.java. Prints the answer.
admin() {
    local answer
    answer=$(socat -t 60 - "UNIX-CONNECT:$BATS_FILE_TMPDIR/broker/admin" <<< "$*") || return 1
    [[ ${answer##*$'\n'} == ok ]] || fail "the super user cannot $*: $answer" || return 1
    answer=${answer%ok}
    printf %s "${answer%$'\n'}"
}

# settings FILE LINE…: a file of client properties for TLS, with these besides.
settings() {
    local file=$1
    shift
    (umask 077 && printf '%s\n' "security.protocol=SASL_SSL" "sasl.mechanism=SCRAM-SHA-512" \
        "ssl.truststore.type=PEM" "ssl.truststore.location=$keys/ca.pem" "$@" > "$file")
}

# login USER PASSWORD: the property with which a user logs in.
login() {
    printf 'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="%s" password="%s";\n' "$1" "$2"
}
