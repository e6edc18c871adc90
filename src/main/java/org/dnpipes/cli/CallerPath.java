package org.dnpipes.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/** Paths as the caller meant them: a daemon's own working directory is the root. */
final class CallerPath implements ITypeConverter<Path> {
    private final @Nullable String callersDirectory;

    CallerPath(@Nullable String callersDirectory) {
        this.callersDirectory = callersDirectory;
    }

    @Override
    public Path convert(String value) {
        Path path = Path.of(value);
        return callersDirectory == null
                ? path.toAbsolutePath()
                : Path.of(callersDirectory).resolve(path);
    }
}
