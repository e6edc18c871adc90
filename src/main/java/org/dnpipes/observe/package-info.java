/** How a mount is watched and asked from outside: its status, its metrics, and the socket for questions. */
@NullMarked
package org.dnpipes.observe;

import org.jspecify.annotations.NullMarked;
