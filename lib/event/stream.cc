// Buffered streams; see the header.
#include "lib/event/stream.h"

#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace postern::event {

namespace {

bool is_disconnect(int error) {
    return error == ECONNRESET || error == EPIPE || error == ENOTCONN;
}

IoResult from_call(ssize_t count, IoResult::State when_blocked) {
    if (count >= 0) return {IoResult::done, static_cast<std::size_t>(count)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {when_blocked};
    return {is_disconnect(errno) ? IoResult::closed : IoResult::failed, 0, errno};
}

}  // namespace

Stream::Stream(Loop& loop, Fd socket, Pace pace)
    : loop_(loop), socket_(std::move(socket)), pace_(pace) {}

Stream::~Stream() = default;

IoResult Stream::read_some(std::span<char> buffer) {
    if (filter_) return filter_->read(fd(), buffer);
    ssize_t got;
    do got = ::read(fd(), buffer.data(), buffer.size());
    while (got < 0 && errno == EINTR);
    if (got == 0) return {IoResult::closed};
    return from_call(got, IoResult::wait_read);
}

IoResult Stream::write_some(std::string_view data) {
    if (filter_) return filter_->write(fd(), data);
    ssize_t done;
    do done = ::send(fd(), data.data(), data.size(), MSG_NOSIGNAL);
    while (done < 0 && errno == EINTR);
    return from_call(done, IoResult::wait_write);
}

Stream::Progress Stream::fail(const IoResult& result) {
    if (result.state == IoResult::closed)
        failure_ = Error{Errc::closed, "lost connection"};
    else
        failure_ = Error{Errc::temporary, system_error("connection", result.error).text};
    return Progress::failed;
}

Stream::Progress Stream::fill() {
    if (pace_ == Pace::dialogue && !turn_flush_.is_linked() && drain() == Progress::blocked)
        return Progress::blocked;
    if (!may_read_) return failure_ ? Progress::failed : Progress::blocked;
    const std::span<char> buffer = loop_.read_buffer();
    const IoResult got = read_some(buffer);
    switch (got.state) {
    case IoResult::done:
        in_.erase(0, std::exchange(taken_, 0));   // so that a buffer never emptied stays small
        in_.append(buffer.data(), got.bytes);
        if (is_wiping_) ::explicit_bzero(buffer.data(), got.bytes);
        // A short read has drained the socket (epoll(7)), unless the peer closed it as well.
        if (!filter_ && got.bytes < buffer.size() && read_event_ && !has_hangup_)
            may_read_ = false;
        return Progress::made;
    case IoResult::wait_read:
        may_read_ = false;
        return Progress::blocked;
    case IoResult::wait_write:
        may_write_ = false;
        return Progress::blocked;
    default:
        return fail(got);
    }
}

Stream::Progress Stream::drain() {
    while (unsent() > 0 && may_write_) {
        const IoResult done = write_some(std::string_view(out_).substr(sent_));
        if (done.state == IoResult::done) {
            sent_ += done.bytes;
        } else if (done.state == IoResult::wait_write || done.state == IoResult::wait_read) {
            may_write_ = false;
        } else {
            out_.clear();   // nobody will ever read it
            sent_ = 0;
            return fail(done);
        }
    }
    if (unsent() == 0) {
        if (is_wiping_) ::explicit_bzero(out_.data(), out_.size());
        std::string().swap(out_);
        sent_ = 0;
        return Progress::made;
    }
    if (sent_ > out_.size() / 2) out_.erase(0, std::exchange(sent_, 0));
    watch_writing();
    return Progress::blocked;
}

void Stream::watch_reading() {
    if (read_event_) return;
    read_event_ = loop_.watch_read(
        fd(), Loop::Trigger::edge,
        [](int, short what, void* self) {
            static_cast<Stream*>(self)->may_read_again(what & EV_CLOSED);
        },
        this);
}

void Stream::watch_writing() {
    if (write_event_) return;
    write_event_ = loop_.watch_write(
        fd(), [](int, short, void* self) { static_cast<Stream*>(self)->may_write_again(); }, this);
}

void Stream::flush_soon() { loop_.request(turn_flush_); }

void Stream::may_read_again(bool peer_closed) {
    may_read_ = true;
    has_hangup_ = has_hangup_ || peer_closed;
    if (reader_) reader_->socket_is_ready();
}

void Stream::may_write_again() {
    may_write_ = true;
    if (unsent() > 0) drain();
    if (writer_) writer_->socket_is_ready();
    if (reader_) reader_->socket_is_ready();
}

void Stream::consume(std::size_t bytes) noexcept {
    if (is_wiping_) ::explicit_bzero(in_.data() + taken_, bytes);
    taken_ += bytes;
    if (taken_ < in_.size()) return;
    std::string().swap(in_);
    taken_ = 0;
}

Stream::Wait::Wait(Stream& stream, Side side, Deadline deadline)
    : stream_(stream),
      slot_(side == Side::reading ? stream.reader_ : stream.writer_),
      deadline_(deadline) {}

Stream::Wait::~Wait() {
    if (slot_ == this) slot_ = nullptr;
}

void Stream::Wait::await_suspend(std::coroutine_handle<> handle) {
    waiter_.suspend(handle);
    slot_ = this;
    stream_.loop_.set(timeout_, deadline_);
    stream_.watch_reading();
}

void Stream::Wait::socket_is_ready() {
    if (!is_finished_ && advance()) finish();
}

void Stream::Wait::finish() {
    is_finished_ = true;
    timeout_.stop();
    slot_ = nullptr;
    stream_.loop_.resume_soon(waiter_);
}

void Stream::Wait::Timeout::expired() {
    wait_.is_late_ = true;
    wait_.finish();
}

Error Stream::Wait::failure() const {
    if (is_late_) return Error{Errc::timeout, "timeout"};
    return stream_.failure_.value_or(Error{Errc::closed, "lost connection"});
}

bool Stream::LineRead::take_line() {
    const std::string_view have = stream_.buffered();
    const auto newline = have.find('\n', searched_);
    if (newline == have.npos) {
        searched_ = have.size();
        if (have.size() > limit_ + 2) {
            is_too_long_ = true;
            stream_.consume(have.size());
            searched_ = 0;
        }
        return false;
    }
    std::string_view line = have.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > limit_) is_too_long_ = true;
    line_.emplace(is_too_long_ ? std::string_view() : line);
    stream_.consume(newline + 1);
    return true;
}

bool Stream::LineRead::advance() {
    while (!take_line()) {
        const Progress progress = stream_.fill();
        if (progress != Progress::made) return progress == Progress::failed;
    }
    return true;
}

Result<std::string> Stream::LineRead::await_resume() {
    if (!line_) return failure();
    if (is_too_long_) return Error{Errc::too_long, "line too long"};
    return std::move(*line_);
}

bool Stream::PeekRead::advance() {
    while (stream_.buffered().size() < least_) {
        const Progress progress = stream_.fill();
        if (progress != Progress::made) return progress == Progress::failed;
    }
    return true;
}

Result<std::string_view> Stream::PeekRead::await_resume() {
    if (stream_.buffered().size() < least_) return failure();
    return stream_.buffered();
}

Result<void> Stream::Flush::await_resume() {
    if (stream_.unsent() > 0 || stream_.failure_) return failure();
    return success();
}

Stream::Readiness::Readiness(Stream& stream, For what, Deadline deadline)
    : Wait(stream, what == For::reading ? Side::reading : Side::writing, deadline), for_(what) {}

bool Stream::Readiness::advance() {
    // Called first when the caller has just found the socket not ready.
    if (!std::exchange(has_waited_, true)) {
        (for_ == For::reading ? stream_.may_read_ : stream_.may_write_) = false;
        if (for_ == For::writing) stream_.watch_writing();
        return false;
    }
    return for_ == For::reading ? stream_.may_read_ : stream_.may_write_;
}

Result<void> Stream::Readiness::await_resume() {
    const bool is_ready = for_ == For::reading ? stream_.may_read_ : stream_.may_write_;
    if (!is_ready) return failure();
    return success();
}

Stream::Readiness Stream::readable(Deadline deadline) {
    return Readiness(*this, Readiness::For::reading, deadline);
}

Stream::Readiness Stream::writable(Deadline deadline) {
    return Readiness(*this, Readiness::For::writing, deadline);
}

Task<Result<std::string>> read_exactly(Stream& stream, std::size_t bytes, Deadline deadline) {
    auto have = co_await stream.peek(bytes, deadline);
    if (!have) co_return have.error();
    std::string data(have->substr(0, bytes));
    stream.consume(bytes);
    co_return data;
}

}  // namespace postern::event
