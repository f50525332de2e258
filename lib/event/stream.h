// A buffered stream over a connected socket: lines, blocks and replies, with a deadline on every
// wait, back pressure, and no buffer while it is idle.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/event/loop.h"

#include <string>
#include <string_view>

namespace postern::event {

/// What a read or write without waiting came to.
struct IoResult {
    enum State { done, wait_read, wait_write, closed, failed } state;
    std::size_t bytes = 0;   ///< with `done`
    int error = 0;           ///< with `failed`: an errno value
};

/// What lies between the stream and its socket: TLS. Plain streams have none.
class Filter {
public:
    virtual ~Filter() = default;
    virtual IoResult read(int fd, std::span<char> buffer) = 0;
    virtual IoResult write(int fd, std::string_view data) = 0;
    /// Decrypted bytes are waiting inside, of which the socket knows nothing.
    virtual bool has_pending() const = 0;
};

/// Whether a stream is a dialogue, in which nothing is read before what was said is on its way
/// (a peer that stops reading stops us reading), or carries independent messages both ways.
enum class Pace { dialogue, independent };

/// One connection. What is written gathers in a buffer, which goes out when the stream is flushed,
/// when a read of a dialogue must wait, or at the end of the turn after flush_soon(). One reader
/// and one writer at a time. Errors: timeout (the deadline passed), closed (end of input, or a
/// reset connection), too_long where stated; after a timeout the peer is out of step.
class Stream {
public:
    class LineRead;
    class PeekRead;
    class Flush;
    class Readiness;

    Stream(Loop& loop, Fd socket, Pace pace = Pace::dialogue);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    /// Reads one line and removes its end: LF, or CR LF. `limit` counts bytes before the line
    /// end; a longer line is consumed up to its end and reported as too_long. Input that ends
    /// without a line end is "closed". Awaits to Result<std::string>.
    LineRead read_line(std::size_t limit, Deadline deadline);

    /// Waits until at least `least` bytes are there, and gives all that are buffered without
    /// consuming them; the view ends with the next read or consume. Awaits to
    /// Result<std::string_view>.
    PeekRead peek(std::size_t least, Deadline deadline);
    void consume(std::size_t bytes) noexcept;
    /// What has been read from the peer and not been consumed; without waiting.
    std::string_view buffered() const noexcept { return std::string_view(in_).substr(taken_); }

    /// While it is on, the bytes of what was read or sent are overwritten in the buffers as soon as
    /// they have gone on: passwords.
    void wipe_after_use(bool is_on) noexcept { is_wiping_ = is_on; }

    void write(std::string_view data) { out_ += data; }
    std::size_t unsent() const noexcept { return out_.size() - sent_; }
    /// Waits until all is with the kernel. Awaits to Result<void>.
    Flush flush(Deadline deadline);
    /// Writes what gathered at the end of this turn, without waiting; what the socket does not
    /// take goes out when it can. An error shows at the next read or flush.
    void flush_soon();

    /// Waits for the bare socket; for handshakes. Await to Result<void>.
    Readiness readable(Deadline deadline);
    Readiness writable(Deadline deadline);

    /// The next read asks the filter first, which may hold what came with the handshake.
    void set_filter(std::unique_ptr<Filter> filter) noexcept {
        filter_ = std::move(filter);
        may_read_ = may_write_ = true;
    }
    Filter* filter() const noexcept { return filter_.get(); }
    int fd() const noexcept { return socket_.get(); }
    Loop& loop() const noexcept { return loop_; }
    /// The peer has closed its side, as far as is known without reading.
    bool peer_has_closed() const noexcept { return has_hangup_; }

private:
    class Wait;
    class TurnFlush final : public TurnEnd {
    public:
        explicit TurnFlush(Stream& stream) : stream_(stream) {}
        void at_turn_end() override { stream_.drain(); }

    private:
        Stream& stream_;
    };

    enum class Progress { made, blocked, failed };
    Progress fill();
    Progress drain();
    IoResult read_some(std::span<char> buffer);
    IoResult write_some(std::string_view data);
    Progress fail(const IoResult& result);
    void watch_reading();
    void watch_writing();
    void may_read_again(bool peer_closed);
    void may_write_again();

    Loop& loop_;
    Fd socket_;
    const Pace pace_;
    std::unique_ptr<Filter> filter_;
    EventHandle read_event_, write_event_;
    std::string in_, out_;
    std::size_t taken_ = 0, sent_ = 0;
    TurnFlush turn_flush_{*this};
    Wait* reader_ = nullptr;
    Wait* writer_ = nullptr;
    std::optional<Error> failure_;
    bool may_read_ = true, may_write_ = true, has_hangup_ = false, is_wiping_ = false;
};

/// A read or write under way: tried before waiting, and again whenever the socket is ready.
class Stream::Wait {
public:
    bool await_ready() { return is_finished_ = advance(); }
    void await_suspend(std::coroutine_handle<> handle);
    void socket_is_ready();

protected:
    enum class Side { reading, writing };
    Wait(Stream& stream, Side side, Deadline deadline);
    Wait(const Wait&) = delete;
    virtual ~Wait();

    /// Goes as far as it can without waiting; true when there is a result.
    virtual bool advance() = 0;
    /// The failure of the stream or of this wait.
    Error failure() const;

    Stream& stream_;

private:
    class Timeout final : public Timer {
    public:
        explicit Timeout(Wait& wait) : wait_(wait) {}
        void expired() override;

    private:
        Wait& wait_;
    };
    void finish();

    Wait*& slot_;
    Deadline deadline_;
    Timeout timeout_{*this};
    Waiter waiter_;
    bool is_finished_ = false, is_late_ = false;
};

class Stream::LineRead final : public Stream::Wait {
public:
    LineRead(Stream& stream, std::size_t limit, Deadline deadline)
        : Wait(stream, Side::reading, deadline), limit_(limit) {}
    Result<std::string> await_resume();

private:
    bool advance() override;
    bool take_line();

    std::size_t limit_;
    std::size_t searched_ = 0;
    bool is_too_long_ = false;
    std::optional<std::string> line_;
};

class Stream::PeekRead final : public Stream::Wait {
public:
    PeekRead(Stream& stream, std::size_t least, Deadline deadline)
        : Wait(stream, Side::reading, deadline), least_(least) {}
    Result<std::string_view> await_resume();

private:
    bool advance() override;
    std::size_t least_;
};

class Stream::Flush final : public Stream::Wait {
public:
    Flush(Stream& stream, Deadline deadline) : Wait(stream, Side::writing, deadline) {}
    Result<void> await_resume();

private:
    bool advance() override { return stream_.drain() != Progress::blocked; }
};

class Stream::Readiness final : public Stream::Wait {
public:
    enum class For { reading, writing };
    Readiness(Stream& stream, For what, Deadline deadline);
    Result<void> await_resume();

private:
    bool advance() override;
    For for_;
    bool has_waited_ = false;
};

inline Stream::LineRead Stream::read_line(std::size_t limit, Deadline deadline) {
    return LineRead(*this, limit, deadline);
}
inline Stream::PeekRead Stream::peek(std::size_t least, Deadline deadline) {
    return PeekRead(*this, least, deadline);
}
inline Stream::Flush Stream::flush(Deadline deadline) { return Flush(*this, deadline); }

/// Exactly `bytes` bytes, consumed.
Task<Result<std::string>> read_exactly(Stream& stream, std::size_t bytes, Deadline deadline);

}  // namespace postern::event

namespace postern {
using event::Stream;
}
