package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dnpipes.fake.Fuzz;
import org.dnpipes.mount.MountOptions.InvalidOption;
import org.junit.jupiter.api.Test;

/** Mount options as people may write them. */
class MountOptionsFuzzTest {
    private static final List<String> NAMES = List.of(
            "ro",
            "sync",
            "nocreate",
            "allow_delete",
            "allow_other",
            "eof",
            "timeout",
            "uid",
            "gid",
            "umask",
            "replication",
            "isolation",
            "presence",
            "lease",
            "index",
            "topic.x",
            "topic.",
            "rw",
            "defaults",
            "nonsense",
            "RO",
            "");
    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "3",
            "30",
            "777",
            "-1",
            "+5",
            "2147483648",
            "1e3",
            "0x10",
            "",
            " ",
            "end",
            "never",
            "writers",
            "cluster",
            "local",
            "off",
            "read_committed",
            "\n",
            "a,b",
            "\\",
            "\u0661");

    private static String option(Random random) {
        String name = random.nextInt(10) == 0 ? Fuzz.text(random, "abc=,\\\n", 20) : Fuzz.oneOf(random, NAMES);
        return switch (random.nextInt(3)) {
            case 0 -> name;
            case 1 -> name + "=" + Fuzz.oneOf(random, VALUES);
            default -> name + "=" + Fuzz.text(random, "0123456789,\\=", 2_000);
        };
    }

    @Test
    void optionsAreTakenOrRefusedWithAnInvalidOption() {
        Fuzz.rounds(random -> {
            List<String> options = List.of(option(random), option(random));
            MountOptions parsed;
            try {
                parsed = MountOptions.parse(options);
            } catch (InvalidOption e) {
                assertTrue(String.valueOf(e.getMessage()).contains("mount option"), e.getMessage());
                return;
            }
            long timeout = parsed.fs().timeout().toSeconds();
            assertTrue(timeout >= 1 && timeout <= 86_400, timeout + " s");
            assertTrue(parsed.fs().umask() >= 0 && parsed.fs().umask() <= 0777);
            assertTrue(parsed.replication() >= 0);
        });
    }

    @Test
    void settingsOfTopicsAreReadAsTheyWereMeant() {
        Fuzz.rounds(random -> {
            Map<String, String> settings = new TreeMap<>();
            StringBuilder text = new StringBuilder("ro");
            for (int i = random.nextInt(4); i > 0; i--) {
                // A backslash at the end of a value would belong to the comma behind it.
                String value = Fuzz.text(random, "abc,=0", 10).replace("\\", "");
                settings.put("k" + i, value);
                text.append(",topic.k").append(i).append('=').append(value.replace(",", "\\,"));
            }
            assertEquals(
                    settings,
                    new TreeMap<>(MountOptions.parse(List.of(text.toString())).topic()));
        });
    }
}
