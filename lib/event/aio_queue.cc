// System calls of aio(7), which the C library does not wrap; see the header.
#include "lib/event/aio_queue.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace postern::event {

std::unique_ptr<AioQueue> AioQueue::open(std::size_t capacity) {
    Fd signal(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    aio_context_t context = 0;
    if (!signal || ::syscall(SYS_io_setup, capacity, &context) != 0) return nullptr;
    return std::unique_ptr<AioQueue>(new AioQueue(context, std::move(signal), capacity));
}

AioQueue::AioQueue(aio_context_t context, Fd signal, std::size_t capacity)
    : context_(context), signal_(std::move(signal)), capacity_(capacity) {}

AioQueue::~AioQueue() { ::syscall(SYS_io_destroy, context_); }

std::size_t AioQueue::begin(std::span<const Sync> files) {
    std::vector<iocb> orders(files.size());
    std::vector<iocb*> pointers;
    for (std::size_t i = 0; i < files.size(); ++i) {
        iocb& order = orders[i];
        order.aio_lio_opcode = IOCB_CMD_FSYNC;
        order.aio_fildes = static_cast<std::uint32_t>(files[i].fd);
        order.aio_data = files[i].number;
        order.aio_flags = IOCB_FLAG_RESFD;
        order.aio_resfd = static_cast<std::uint32_t>(signal_.get());
        pointers.push_back(&order);
    }
    const long taken = ::syscall(SYS_io_submit, context_, pointers.size(), pointers.data());
    return taken < 0 ? 0 : static_cast<std::size_t>(taken);
}

std::vector<AioQueue::Done> AioQueue::done() {
    std::vector<io_event> events(capacity_);
    const long count =
        ::syscall(SYS_io_getevents, context_, 0L, events.size(), events.data(), nullptr);
    std::vector<Done> done;
    for (long i = 0; i < count; ++i) {
        const io_event& event = events[static_cast<std::size_t>(i)];
        done.push_back({event.data, static_cast<int>(-event.res)});
    }
    return done;
}

}  // namespace postern::event
