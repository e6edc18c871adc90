package org.dnpipes.pipe;

/** What stores the pipes and knows who writes them: all ports together. */
public record Engine(Catalog catalog, Source source, Sink sink, WriterPresence presence) {}
