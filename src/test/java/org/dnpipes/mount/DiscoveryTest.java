package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import javax.naming.CommunicationException;
import javax.naming.NameNotFoundException;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private static String resolved(String servers, String... records) {
        return new Discovery(name -> List.of(records)).resolve(servers);
    }

    private static String failure(String servers, Discovery.Lookup lookup) {
        return String.valueOf(assertThrows(ClusterFailure.class, () -> new Discovery(lookup).resolve(servers))
                .getMessage());
    }

    @Test
    void addressesStandInPlaceOfTheNameAndEachStandsOnce() {
        assertEquals(
                "a:1,b1:9092,b2:9093,z:2",
                resolved("a:1, srv:_kafka._tcp.example.com,z:2,b1:9092", "20 0 9093 b2.", "10 0 9092 b1."));
    }

    @Test
    void onlyANameWithThePrefixIsLookedUp() {
        assertTrue(Discovery.isNeeded("a:1, srv:x"));
        assertFalse(Discovery.isNeeded("srv1:9092,b:1"));
    }

    @Test
    void whatIsWrongIsOneSentenceWithTheName() {
        String name = "srv:_kafka._tcp.example.com";
        assertTrue(failure(name, asked -> List.of()).startsWith("DNS has no SRV records of _kafka._tcp.example.com"));
        assertTrue(failure(name, asked -> {
                    throw new NameNotFoundException("NXDOMAIN");
                })
                .startsWith("DNS has no SRV records of _kafka._tcp.example.com"));
        assertTrue(failure(name, asked -> List.of("0 0 0 .")).contains("there is no such service"));
        assertTrue(failure(name, asked -> List.of("nonsense")).contains("wrong SRV record"));
        assertTrue(failure(name, asked -> {
                    throw new CommunicationException("no route");
                })
                .contains("no route; check the name servers in /etc/resolv.conf"));
        for (String wrong : List.of("srv:", "srv:a b", "srv:a:1", "srv:" + "x".repeat(254))) {
            assertTrue(failure(wrong, asked -> List.of("0 0 1 a.")).contains("a name in DNS"), wrong);
        }
    }

    @Test
    void manyHostsAreCutToSoManyAsAClientWillTry() {
        String[] records = new String[100];
        for (int i = 0; i < records.length; i++) {
            records[i] = i + " 0 9092 b" + i + ".";
        }
        assertEquals(32, resolved("srv:many", records).split(",", -1).length);
    }
}
