package org.dnpipes.kafka;

import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/** What Kafka's exceptions say, in words for the user of a file system: what is wrong, and what to do about it. */
final class Sentences {
    private Sentences() {}

    /** Why something that was asked of Kafka was not done. */
    static String of(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "no answer from Kafka in time";
        } else if (cause instanceof SslAuthenticationException) {
            return tls(innermost(cause));
        } else if (cause instanceof UnsupportedSaslMechanismException) {
            return firstLine(cause) + "; change sasl.mechanism";
        } else if (cause instanceof AuthenticationException) {
            return "it does not let this user in (" + firstLine(cause)
                    + "); check user and password in sasl.jaas.config";
        } else if (cause instanceof AuthorizationException) {
            return "this user lacks a right (" + firstLine(cause) + ")";
        }
        return firstLine(cause);
    }

    private static String tls(Throwable innermost) {
        if (innermost instanceof CertPathBuilderException) {
            return "its certificate is not signed by anybody whom we trust; check ssl.truststore.location";
        } else if (innermost instanceof CertificateException) {
            return "its certificate is not good (" + firstLine(innermost)
                    + "); check the address, which has to be a name in the certificate";
        }
        return "TLS failed (" + firstLine(innermost)
                + "); check security.protocol, ssl.truststore.location and ssl.keystore.location";
    }

    /**
     * Why no client can be made with the user's properties. Kafka wraps that in what it could not create, of which the
     * user knows nothing; below that are, for example, which file cannot be loaded, and what is wrong with it.
     */
    static String ofProperties(Throwable thrown) {
        List<String> said = new ArrayList<>();
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            Throwable deeper = cause.getCause();
            boolean repeats = deeper != null && firstLine(cause).endsWith(firstLine(deeper));
            if (!repeats && !firstLine(cause).startsWith("Failed to create new ")) {
                said.add(firstLine(cause));
            }
        }
        return said.isEmpty() ? firstLine(thrown) : String.join(": ", said.subList(0, Math.min(2, said.size())));
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String firstLine(Throwable cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        if (cause instanceof NoSuchFileException) {
            return "there is no file " + message;
        }
        return message == null || message.isBlank()
                ? kind
                : message.lines().findFirst().orElse(kind);
    }
}
