// Files on their way to the disk; see the header.
#include "lib/event/file_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace postern::event {

/// One file: waits for the end of the turn, then for the kernel.
class FileSync::Request : public Waiter {
public:
    Request(FileSync& files, int fd) : files_(files), fd_(fd) {}
    ~Request() {
        if (number_) files_.with_kernel_[*number_] = nullptr;
    }

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        suspend(handle);
        files_.waiting_.push_back(*this);
        files_.loop_.request(files_);
    }
    /// An errno value, 0 for success; nothing when the kernel did not take the file.
    std::optional<int> await_resume() const noexcept { return error_; }

private:
    FileSync& files_;
    const int fd_;
    std::optional<std::uint64_t> number_;   // while the kernel has it
    std::optional<int> error_;
    friend class FileSync;
};

FileSync::FileSync(Loop& loop, Pool& pool, std::size_t at_once)
    : loop_(loop), pool_(pool), at_once_(at_once) {}

Task<Result<void>> FileSync::sync(int fd, std::string name) {
    std::optional<int> error;
    if (has_queue()) error = co_await Request(*this, fd);
    if (!error) {
        Fd own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
        if (!own) co_return system_error("sync " + name);
        error = co_await pool_.offload(
            [own = std::move(own)] { return ::fsync(own.get()) == 0 ? 0 : errno; });
    }
    if (*error != 0) co_return system_error("sync " + name, *error);
    co_return success();
}

/// Asked for with the first file: by then the process has the rights with which it works.
bool FileSync::has_queue() {
    if (std::exchange(has_asked_for_queue_, true)) return queue_ != nullptr;
    queue_ = AioQueue::open(at_once_);
    if (!queue_) return false;
    with_kernel_.resize(at_once_);
    for (std::size_t number = at_once_; number-- > 0;) free_numbers_.push_back(number);
    results_event_ = loop_.watch_read(
        queue_->descriptor(), Loop::Trigger::edge,
        [](int, short, void* self) { static_cast<FileSync*>(self)->take_results(); }, this);
    return true;
}

void FileSync::at_turn_end() {
    std::vector<AioQueue::Sync> files;
    while (!waiting_.empty() && !free_numbers_.empty())
        files.push_back(give_number(waiting_.pop_front()));
    for (std::size_t begun = 0; begun < files.size();) {
        begun += queue_->begin(std::span(files).subspan(begun));
        if (begun < files.size()) settle(files[begun++].number, std::nullopt);
    }
}

AioQueue::Sync FileSync::give_number(Request& request) {
    const std::uint64_t number = free_numbers_.back();
    free_numbers_.pop_back();
    with_kernel_[number] = &request;
    request.number_ = number;
    return {request.fd_, number};
}

void FileSync::settle(std::uint64_t number, std::optional<int> error) {
    free_numbers_.push_back(number);
    Request* request = std::exchange(with_kernel_[number], nullptr);
    if (!request) return;
    request->number_.reset();
    request->error_ = error;
    loop_.resume_soon(*request);
}

void FileSync::take_results() {
    for (const AioQueue::Done& done : queue_->done()) settle(done.number, done.error);
    if (!waiting_.empty()) loop_.request(*this);
}

}  // namespace postern::event
