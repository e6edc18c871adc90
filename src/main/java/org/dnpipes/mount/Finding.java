package org.dnpipes.mount;

/** What a doctor has found: one sentence, with the remedy if it is not well. */
public record Finding(Grade grade, String sentence) {
    /** How bad it is. */
    public enum Grade {
        OK,
        /** Something works less well than it could, or not for everybody. */
        NOTE,
        /** Mounts will not work, or not as they should. */
        PROBLEM
    }
}
