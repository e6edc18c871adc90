package org.dnpipes.fuse;

import jnr.ffi.Pointer;
import jnr.ffi.mapper.FromNativeConverter;
import jnr.ffi.provider.jffi.ClosureHelper;
import ru.serce.jnrfuse.FuseFillDir;

/** Makes libfuse's fill function, which readdir gets as a pointer, callable. */
final class FillDir {
    private FillDir() {}

    static FuseFillDir of(Pointer function) {
        ClosureHelper helper = ClosureHelper.getInstance();
        FromNativeConverter<FuseFillDir, Pointer> converter = helper.getNativeConveter(FuseFillDir.class);
        return converter.fromNative(function, helper.getFromNativeContext());
    }
}
