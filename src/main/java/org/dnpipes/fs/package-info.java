/**
 * The file system, without FUSE and without Kafka: nodes, handles, attributes, errno. Operations carry FUSE's names.
 */
@NullMarked
package org.dnpipes.fs;

import org.jspecify.annotations.NullMarked;
