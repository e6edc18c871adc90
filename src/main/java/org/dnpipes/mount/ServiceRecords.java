package org.dnpipes.mount;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

/** The order in which the hosts of a service are to be tried; see RFC 2782. */
final class ServiceRecords {
    private ServiceRecords() {}

    /**
     * One answer.
     *
     * @param priority the smallest is tried first
     * @param weight of those with the same priority, the larger ones come first more often
     * @param host without a dot at its end; empty if the service is decidedly not available
     */
    record Srv(int priority, int weight, int port, String host) {

        /**
         * Reads what DNS says: four words.
         *
         * @throws IllegalArgumentException if it says something else
         */
        static Srv parse(String text) {
            String[] words = text.strip().split(" +", -1);
            if (words.length != 4) {
                throw new IllegalArgumentException("'" + text + "' is no SRV record");
            }
            String host = words[3].endsWith(".") ? words[3].substring(0, words[3].length() - 1) : words[3];
            return new Srv(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]), host);
        }

        boolean isNone() {
            return host.isEmpty();
        }

        String address() {
            return host + ":" + port;
        }
    }

    /**
     * By priority; by chance, with the weights, among those of the same one.
     *
     * @param below a random number from 0 to less than what it is given
     */
    static List<Srv> ordered(Collection<Srv> records, LongUnaryOperator below) {
        Map<Integer, List<Srv>> byPriority =
                records.stream().collect(Collectors.groupingBy(Srv::priority, TreeMap::new, Collectors.toList()));
        List<Srv> ordered = new ArrayList<>();
        byPriority.values().forEach(same -> ordered.addAll(drawn(same, below)));
        return ordered;
    }

    private static List<Srv> drawn(List<Srv> same, LongUnaryOperator below) {
        List<Srv> left = new ArrayList<>(same);
        // Those without a weight stand first, so that they have a small chance, too.
        left.sort(Comparator.comparingInt(Srv::weight));
        List<Srv> drawn = new ArrayList<>();
        while (!left.isEmpty()) {
            long sum = left.stream().mapToLong(Srv::weight).sum();
            long draw = below.applyAsLong(sum + 1);
            int i = 0;
            for (long running = left.get(0).weight();
                    running < draw;
                    running += left.get(i).weight()) {
                i++;
            }
            drawn.add(left.remove(i));
        }
        return drawn;
    }
}
