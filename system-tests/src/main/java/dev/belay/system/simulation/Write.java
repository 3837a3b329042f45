package dev.belay.system.simulation;

import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.StoreFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something to be written, and whoever waits for it.
final class Write<T> {
    private final String what;
    private final Supplier<CompletableFuture<T>> change;
    private final @Nullable Settle settle;
    private final CompletableFuture<T> heard = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable StoreFailure refused;

    /// @param settle the result that this stores, null for what stores none
    Write(String what, Supplier<CompletableFuture<T>> change, @Nullable Settle settle) {
        this.what = what;
        this.change = change;
        this.settle = settle;
    }

    String what() {
        return what;
    }

    @Nullable Settle settle() {
        return settle;
    }

    CompletableFuture<T> heard() {
        return heard;
    }

    /// Changes the disk. What the store refuses for a reason of its own fails alone.
    void apply() {
        try {
            result = change.get().join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StoreFailure own)) {
                throw e;
            }
            refused = own;
        }
    }

    /// Tells whoever waits.
    ///
    /// @param failure null: it was made
    void tell(@Nullable StoreFailure failure) {
        StoreFailure why = failure == null ? refused : failure;
        if (why == null) {
            heard.complete(result);
        } else {
            heard.completeExceptionally(why);
        }
    }
}
