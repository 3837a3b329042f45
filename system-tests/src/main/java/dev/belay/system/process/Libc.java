package dev.belay.system.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The Linux system calls that the runs need and Java has no words for. Called as functions of the
/// C library, so that nothing has to be installed for them.
// "restricted": calling native code is what this class is for.
@SuppressWarnings("restricted")
public final class Libc {
    /// Ends a process at once; it cannot catch it.
    public static final int SIGKILL = 9;

    /// Freezes a process; it cannot catch it.
    public static final int SIGSTOP = 19;

    /// Lets a frozen process go on.
    public static final int SIGCONT = 18;

    /// `_IOR('X', 125, __u32)`: `EXT4_IOC_SHUTDOWN` and `XFS_IOC_GOINGDOWN` are the same number.
    private static final long IOC_SHUTDOWN = 0x8004587DL;

    /// Not even the journal is written back: as sudden as a power cut.
    private static final int GOING_DOWN_WITHOUT_FLUSH = 2;

    private static final int O_RDONLY = 0;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
            CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private Libc() {}

    /// Sends a signal to a process.
    public static void kill(long pid, int signal) throws IOException {
        call("kill", FunctionDescriptor.of(INT, INT, INT), 0, (int) pid, signal);
    }

    /// Mounts a block device.
    public static void mount(String device, Path directory, String type) throws IOException {
        mount(device, directory, type, "");
    }

    /// Mounts a file system.
    ///
    /// @param options of its type, such as `size=64m`
    public static void mount(String device, Path directory, String type, String options)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call(
                    "mount",
                    FunctionDescriptor.of(
                            INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS),
                    0,
                    arena.allocateFrom(device),
                    arena.allocateFrom(directory.toString()),
                    arena.allocateFrom(type),
                    0L,
                    arena.allocateFrom(options));
        }
    }

    /// Takes a mount down. Fails while something on it is in use.
    public static void unmount(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call(
                    "umount2",
                    FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
                    0,
                    arena.allocateFrom(directory.toString()),
                    0);
        }
    }

    /// Shuts the file system down on which the directory lies: from now on nothing reaches its
    /// device, and what was not synced is gone.
    public static void cutPower(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int file =
                    call(
                            "open",
                            FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
                            2,
                            arena.allocateFrom(directory.toString()),
                            O_RDONLY);
            try {
                call(
                        "ioctl",
                        FunctionDescriptor.of(INT, INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                        2,
                        file,
                        IOC_SHUTDOWN,
                        arena.allocateFrom(INT, GOING_DOWN_WITHOUT_FLUSH));
            } finally {
                call("close", FunctionDescriptor.of(INT, INT), 0, file);
            }
        }
    }

    /// @param variadicFrom index of the first variadic argument, 0 for none
    private static int call(
            String name, FunctionDescriptor descriptor, int variadicFrom, Object... arguments)
            throws IOException {
        List<Linker.Option> options = new ArrayList<>();
        options.add(Linker.Option.captureCallState("errno"));
        if (variadicFrom > 0) {
            options.add(Linker.Option.firstVariadicArg(variadicFrom));
        }
        MethodHandle function =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow(name),
                        descriptor,
                        options.toArray(Linker.Option[]::new));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            List<Object> all = new ArrayList<>();
            all.add(state);
            all.addAll(Arrays.asList(arguments));
            int result = (int) function.invokeWithArguments(all);
            if (result < 0) {
                throw new IOException(name + ": errno " + state.get(INT, ERRNO_OFFSET));
            }
            return result;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the C library's " + name + " cannot be called", e);
        }
    }
}
