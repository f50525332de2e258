// The places where log lines go. Which of them a program uses follows from main.cf; open_log.h.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/log.h"

#include <optional>
#include <string>
#include <vector>

namespace postern {

/// The number of a facility by its name ("mail", "local0" ...; syslog.conf(5)), as it stands in a
/// line's priority: already times eight. Nothing for an unknown name.
std::optional<int> syslog_facility_number(std::string_view name) noexcept;

/// A syslog daemon: datagrams to /dev/log as syslog(3) sends them (RFC 3164 without a host name),
/// "<22>Nov 24 15:09:01 postfix/smtpd[4711]: text". Connected when made, so that a chroot later
/// does not matter; again when the syslog daemon was restarted, where its socket can be reached.
/// Lines are lost while nobody listens, as syslog(3) does it.
class SyslogSink final : public LogSink {
public:
    explicit SyslogSink(int facility, std::string socket_path = "/dev/log");
    milliseconds patience() const noexcept override { return milliseconds(0); }
    std::size_t write(std::span<const LogLine> lines, bool is_last) override;

private:
    void connect();
    int facility_;
    std::string socket_path_;
    Fd socket_;
};

/// postlogd: many lines a datagram (log_frame.h), to a path relative to the queue directory, which
/// is the working directory, chrooted or not. While nobody holds that socket (Postern is down),
/// lines go to `otherwise`.
class PostlogSink final : public LogSink {
public:
    PostlogSink(std::string socket_path, std::unique_ptr<LogSink> otherwise);
    milliseconds patience() const noexcept override { return milliseconds(15); }
    std::size_t write(std::span<const LogLine> lines, bool is_last) override;
    /// Whether somebody holds the socket.
    bool is_connected() const noexcept { return static_cast<bool>(socket_); }

private:
    enum class Sent { done, blocked, nobody };
    bool connect();
    Sent send(const std::string& frame, bool is_last);
    std::string socket_path_;
    std::unique_ptr<LogSink> otherwise_;
    Fd socket_;
};

/// A terminal, or whatever standard error is: "postmap: warning: text". `name` goes first; commands
/// say their own, postlog its tag.
class StandardErrorSink final : public LogSink {
public:
    explicit StandardErrorSink(std::string name) : name_(std::move(name)) {}
    milliseconds patience() const noexcept override { return milliseconds(0); }
    std::size_t write(std::span<const LogLine> lines, bool is_last) override;

private:
    std::string name_;
};

/// A log file: "Nov 24 15:09:01 host postfix/smtpd[4711]: text".
class FileSink final : public LogSink {
public:
    FileSink(Fd file, std::string host) : file_(std::move(file)), host_(std::move(host)) {}
    milliseconds patience() const noexcept override { return milliseconds(0); }
    std::size_t write(std::span<const LogLine> lines, bool is_last) override;

private:
    Fd file_;
    std::string host_;
};

/// Keeps the lines; for tests. The vector outlives the sink.
class MemorySink final : public LogSink {
public:
    explicit MemorySink(std::vector<LogLine>& lines) : lines_(lines) {}
    milliseconds patience() const noexcept override { return milliseconds(15); }
    std::size_t write(std::span<const LogLine> lines, bool is_last) override;

private:
    std::vector<LogLine>& lines_;
};

/// A line as a log file has it, with its newline.
std::string file_line(const LogLine& line, std::string_view host);

}  // namespace postern
