/** The FUSE session. The only package that knows jnr-ffi, libfuse and the kernel's wire format. */
@NullMarked
package org.dnpipes.fuse;

import org.jspecify.annotations.NullMarked;
