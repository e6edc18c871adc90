# row: kills or fails writers without a reader (SIGPIPE, ENXIO)
# fifo: ENXIO, killed by SIGPIPE
# pipe: opened, wrote
perl -MFcntl -MErrno -e '
    print sysopen(my $n, $ARGV[0], O_WRONLY | O_NONBLOCK) ? "opened, " : $!{ENXIO} ? "ENXIO, " : "$!, ";
    open my $r, "+<", $ARGV[1] or die; open my $w, ">>", $ARGV[0] or die; close $r;
    $SIG{PIPE} = sub { print "killed by SIGPIPE\n"; exit };
    print syswrite($w, "x\n") ? "wrote\n" : "$!\n"' "$1" "$2"
