/** Directories that belong to one user, for every package that keeps files. Knows nothing but the JDK. */
@NullMarked
package org.dnpipes.files;

import org.jspecify.annotations.NullMarked;
