// The kernel's own queue of file operations: aio(7) of Linux, of which this house uses fsync.
#pragma once

#include "lib/base/fd.h"

#include <linux/aio_abi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace postern::event {

class AioQueue {
public:
    /// A file to sync, under a number that the answer has as well.
    struct Sync {
        int fd;
        std::uint64_t number;
    };
    struct Done {
        std::uint64_t number;
        int error;   ///< an errno value, 0 for success
    };

    /// For at most `capacity` files at once. Null where the kernel gives no queue: it has none, a
    /// container forbids it, or fs.aio-max-nr is used up.
    static std::unique_ptr<AioQueue> open(std::size_t capacity);
    /// Waits for what has begun.
    ~AioQueue();
    AioQueue(const AioQueue&) = delete;

    /// An eventfd(2) that is written to whenever something is done.
    int descriptor() const noexcept { return signal_.get(); }

    /// Begins to sync them, one beside the other, with one call. Gives how many of them, from the
    /// first: fewer than all when the kernel does not take the next one. The kernel keeps the files
    /// open.
    std::size_t begin(std::span<const Sync> files);
    /// What is done since it was last asked, without waiting.
    std::vector<Done> done();

private:
    AioQueue(aio_context_t context, Fd signal, std::size_t capacity);

    const aio_context_t context_;
    const Fd signal_;
    const std::size_t capacity_;
};

}  // namespace postern::event
