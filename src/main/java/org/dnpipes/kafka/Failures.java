package org.dnpipes.kafka;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TopicDeletionDisabledException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.errors.WakeupException;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;

/** What Kafka's exceptions mean to users of pipes. The one place that decides it. */
final class Failures {
    private static final int LONGEST_NAME = 300;

    private Failures() {}

    /**
     * The failure of an attempt.
     *
     * @param attempt what was tried and with what, as in "cannot ATTEMPT: …"
     */
    static PipeFailure of(String attempt, Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        if (cause instanceof PipeFailure failure) {
            return failure;
        }
        return new PipeFailure(reason(cause), "cannot " + attempt + ": " + Sentences.of(cause), cause);
    }

    /** What futures put around it is taken off. */
    static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether it says that there is no such topic. A lagging broker says it too, for some 100 ms. */
    static boolean isMissing(Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        return cause instanceof UnknownTopicOrPartitionException
                || cause instanceof UnknownTopicIdException
                || cause instanceof InvalidTopicException
                || (cause instanceof PipeFailure failure && failure.reason() == Reason.MISSING);
    }

    /** A name that may be no name at all, fit for a sentence. */
    static String quoted(String name) {
        String start = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    private static Reason reason(Throwable cause) {
        if (cause instanceof UnknownTopicOrPartitionException || cause instanceof UnknownTopicIdException) {
            return Reason.MISSING;
        } else if (cause instanceof TopicExistsException) {
            return Reason.EXISTS;
        } else if (cause instanceof InvalidTopicException) {
            return collides(cause) ? Reason.EXISTS : Reason.ILLEGAL_NAME;
        } else if (cause instanceof SecurityDisabledException || cause instanceof UnsupportedVersionException) {
            return Reason.REFUSED;
        } else if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
            return Reason.UNAUTHORIZED;
        } else if (cause instanceof PolicyViolationException
                || cause instanceof InvalidConfigurationException
                || cause instanceof InvalidReplicationFactorException
                || cause instanceof TopicDeletionDisabledException) {
            return Reason.REFUSED;
        } else if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
            return Reason.TOO_LONG;
        } else if (cause instanceof ThrottlingQuotaExceededException) {
            return Reason.QUOTA;
        } else if (cause instanceof RetriableException) {
            return Reason.TIMED_OUT;
        } else if (cause instanceof WakeupException
                || cause instanceof InterruptException
                || cause instanceof CancellationException) {
            return Reason.CLOSED;
        }
        return Reason.FAILED;
    }

    /** Kafka has no exception of its own for "a.b" beside "a_b", which share the names of their metrics. */
    private static boolean collides(Throwable cause) {
        return String.valueOf(cause.getMessage()).contains("collides");
    }
}
