package org.dnpipes.mount;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.dnpipes.mount.ServiceRecords.Srv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds brokers by DNS: {@code srv:NAME}, where an address could stand, means the hosts and ports that the SRV records
 * of NAME give. They are looked up once, by the name servers of /etc/resolv.conf, with the DNS client of the JDK. A
 * name is taken as it is: resolv.conf's search list does not count.
 */
final class Discovery {
    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    static final String PREFIX = "srv:";
    /** Kafka's client asks one after the other; more would only make a long line. */
    private static final int MOST = 32;
    /** For the first try, of each server; it doubles each time. */
    private static final int TIMEOUT_MS = 500;

    private static final int TRIES = 3;
    /** For all tries and servers. */
    private static final long PATIENCE_SECONDS = 6;

    private final Lookup lookup;

    /** Asks DNS. */
    @FunctionalInterface
    interface Lookup {
        /** The SRV records of a name, as DNS writes them: none if the name has no such records. */
        List<String> records(String name) throws NamingException;
    }

    Discovery(Lookup lookup) {
        this.lookup = lookup;
    }

    static Discovery byDns() {
        return new Discovery(Discovery::ask);
    }

    /** Whether there is something to look up among addresses that are separated by commas. */
    static boolean isNeeded(String servers) {
        return List.of(servers.split(",", -1)).stream()
                .anyMatch(server -> server.strip().startsWith(PREFIX));
    }

    /**
     * The addresses, with those in place of each name that it stands for.
     *
     * @throws ClusterFailure with a sentence, if a name cannot be found
     */
    String resolve(String servers) {
        Set<String> found = new LinkedHashSet<>();
        for (String server : servers.split(",", -1)) {
            String stripped = server.strip();
            if (stripped.startsWith(PREFIX)) {
                found.addAll(addresses(stripped.substring(PREFIX.length())));
            } else {
                found.add(stripped);
            }
        }
        String resolved = String.join(",", found);
        log.debug("{} is {}", servers, resolved);
        return resolved;
    }

    private List<String> addresses(String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,253}")) {
            throw new ClusterFailure("'" + PREFIX + name + "' is not " + PREFIX
                    + " and a name in DNS, such as srv:_kafka._tcp.example.com");
        }
        List<Srv> records = records(name);
        if (records.isEmpty()) {
            throw new ClusterFailure("DNS has no SRV records of " + name + "; check the name: dig SRV " + name);
        }
        if (records.stream().allMatch(Srv::isNone)) {
            throw new ClusterFailure(
                    "DNS says of " + name + " that there is no such service: its SRV record has the target '.'");
        }
        return ServiceRecords.ordered(records, ThreadLocalRandom.current()::nextLong).stream()
                .filter(one -> !one.isNone())
                .map(Srv::address)
                .limit(MOST)
                .toList();
    }

    private List<Srv> records(String name) {
        CompletableFuture<List<Srv>> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return lookup.records(name).stream().map(Srv::parse).toList();
            } catch (NameNotFoundException e) {
                return List.of();
            } catch (NamingException e) {
                Throwable cause = e.getRootCause() == null ? e : e.getRootCause();
                throw failed(name, String.valueOf(cause.getMessage()), e);
            } catch (IllegalArgumentException e) {
                throw new ClusterFailure("DNS has a wrong SRV record of " + name + " (" + e.getMessage() + ")", e);
            }
        });
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw ClusterFailure.of(e);
        } catch (TimeoutException e) {
            throw failed(name, "no answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterFailure("interrupted", e);
        }
    }

    private static ClusterFailure failed(String name, String why, Throwable cause) {
        return new ClusterFailure(
                "cannot look up " + name + " in DNS: " + why + "; check the name servers in /etc/resolv.conf", cause);
    }

    // JNDI has it so; what DNS says is taken as text, and no object is ever made of it.
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    private static List<String> ask(String name) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.put("java.naming.provider.url", "dns:");
        environment.put("com.sun.jndi.dns.timeout.initial", Integer.toString(TIMEOUT_MS));
        environment.put("com.sun.jndi.dns.timeout.retries", Integer.toString(TRIES));
        InitialDirContext dns = new InitialDirContext(environment);
        try {
            Attribute found =
                    dns.getAttributes(absolute(name), new String[] {"SRV"}).get("SRV");
            List<String> records = new ArrayList<>();
            NamingEnumeration<?> all = found == null ? null : found.getAll();
            while (all != null && all.hasMore()) {
                records.add(String.valueOf(all.next()));
            }
            return records;
        } finally {
            dns.close();
        }
    }

    private static String absolute(String name) {
        return name.endsWith(".") ? name : name + ".";
    }
}
