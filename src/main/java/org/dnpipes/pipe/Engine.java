package org.dnpipes.pipe;

/** What stores the pipes, knows who writes them, and keeps what was found out about them: all ports together. */
public record Engine(Catalog catalog, Source source, Sink sink, WriterPresence presence, IndexStore indexes) {}
