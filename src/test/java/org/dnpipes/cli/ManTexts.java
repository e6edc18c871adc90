package org.dnpipes.cli;

/** What manual pages say beside the command line's model, in mdoc(7). */
final class ManTexts {
    static final String COMMON = """
            .Sh ENVIRONMENT
            .Bl -tag -width Ds
            .It Ev DNPIPES_BOOTSTRAP_SERVERS
            The brokers to ask first, as for
            .Fl -bootstrap-servers .
            .It Ev DNPIPES_CONFIG
            A file of Kafka client properties, as for
            .Fl -config .
            .It Ev DNPIPES_JAVA_OPTS
            Options for the JVM, such as
            .Ql -Xmx512m .
            .It Ev JAVA_HOME
            Which Java is used, if no runtime of its own was installed with dnpipes.
            .It Ev XDG_CONFIG_HOME , XDG_DATA_HOME , XDG_STATE_HOME , XDG_CACHE_HOME , XDG_RUNTIME_DIR
            Where the files below are, if not where they are named.
            .El
            .Sh FILES
            .Bl -tag -width Ds
            .It Pa ~/.config/dnpipes/client.properties
            Kafka client properties of the user.
            .It Pa /etc/dnpipes/client.properties
            Kafka client properties of the machine.
            .It Pa ~/.local/state/dnpipes/NAME.log
            The log of a mount in the background;
            .Ar NAME
            is the mount point with dashes for slashes.
            .It Pa $XDG_RUNTIME_DIR/dnpipes/NAME.pid , $XDG_RUNTIME_DIR/dnpipes/PID.sock
            The daemon of a mount, and the socket at which it is asked.
            .It Pa ~/.local/share/dnpipes
            The data of the embedded broker.
            .It Pa ~/.cache/dnpipes/index
            What was found out about the sizes of large pipes.
            .El
            .Sh EXIT STATUS
            .Bl -tag -width Ds
            .It 0
            Done.
            .It 1
            Failed; a line on standard error says why.
            .It 2
            The command line is wrong.
            .It 130 , 143
            Ended by SIGINT or SIGTERM.
            .It 141
            Whoever read the output has gone.
            .El
            .Sh EXAMPLES
            .Bd -literal
            $ dnpipes mount --bootstrap-servers kafka1:9092,kafka2:9092 /mnt/pipes
            $ echo hello > /mnt/pipes/test
            $ cat /mnt/pipes/test@snapshot
            hello
            $ dnpipes status /mnt/pipes
            $ dnpipes umount /mnt/pipes
            .Ed
            """;

    static final String MOUNT_HELPER_BEGIN = """
            .Sh NAME
            .Nm mount.dnpipes
            .Nd mount the topics of a Kafka cluster with mount(8)
            .Sh SYNOPSIS
            .Nm mount
            .Fl t Cm dnpipes
            .Op Fl o Ar OPTION Ns Op , Ns Ar OPTION ...
            .Ar SERVERS
            .Ar DIRECTORY
            .Sh DESCRIPTION
            .Nm
            is what
            .Xr mount 8
            runs for the type
            .Cm dnpipes ,
            by hand or for a line of
            .Xr fstab 5 .
            It does the same as
            .Xr dnpipes-mount 1
            with
            .Fl -bootstrap-servers Ar SERVERS ,
            and
            .Xr umount 8
            ends it.
            .Ar SERVERS
            are addresses of brokers, HOST:PORT with commas between,
            .Li srv:NAME
            for those that DNS has SRV records of, or
            .Li none
            if the configuration says which cluster is meant, or
            .Li embedded
            for the embedded broker.
            .Pp
            Beside the options below there is
            .Cm config Ns = Ns Ar FILE ,
            a file of Kafka client properties.
            Words that mean something to
            .Xr mount 8
            itself, such as
            .Cm _netdev ,
            .Cm nofail
            and
            .Cm noauto ,
            are accepted.
            Any other word is an error.
            A comma inside of a value is written
            .Ql \\e, .
            """;

    static final String MOUNT_HELPER_END = """
            .Sh EXAMPLES
            A line of
            .Xr fstab 5 :
            .Bd -literal
            kafka1:9092,kafka2:9092 /dnpipes dnpipes _netdev,nofail,allow_other,config=/etc/dnpipes/client.properties 0 0
            .Ed
            .Sh SEE ALSO
            .Xr dnpipes 1 ,
            .Xr dnpipes-mount 1 ,
            .Xr dnpipes-status 1 ,
            .Xr fstab 5 ,
            .Xr mount 8
            """;

    private ManTexts() {}
}
