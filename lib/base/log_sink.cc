// Syslog, postlogd, files; see the header.
#include "lib/base/log_sink.h"

#include "lib/base/log_frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace postern {

namespace {

constexpr std::array<std::pair<std::string_view, int>, 20> facilities{{
    {"auth", LOG_AUTH}, {"authpriv", LOG_AUTHPRIV}, {"cron", LOG_CRON}, {"daemon", LOG_DAEMON},
    {"ftp", LOG_FTP}, {"kern", LOG_KERN}, {"lpr", LOG_LPR}, {"mail", LOG_MAIL},
    {"news", LOG_NEWS}, {"security", LOG_AUTH}, {"user", LOG_USER}, {"uucp", LOG_UUCP},
    {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1}, {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4}, {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}}};

int syslog_level(Severity severity) {
    constexpr std::array levels{LOG_INFO, LOG_WARNING, LOG_ERR, LOG_CRIT, LOG_CRIT};
    return levels[static_cast<std::size_t>(severity)];
}

/// A datagram socket connected to `path`; none when nobody listens there.
Fd connect_datagrams(const std::string& path) {
    sockaddr_un name{};
    if (path.size() >= sizeof name.sun_path) return {};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
        return {};
    return socket;
}

/// For a process that ends: until the receiver has taken what fills the queue, a second at most.
void wait_for_room(int socket) {
    pollfd wait{.fd = socket, .events = POLLOUT, .revents = 0};
    ::poll(&wait, 1, 1000);
}

/// Sends datagrams without waiting, except at the end of the process; how many went out. `errno`
/// tells why not all did.
std::size_t send_datagrams(int socket, std::span<const std::string> datagrams, bool is_last) {
    std::vector<iovec> parts;
    std::vector<mmsghdr> messages(datagrams.size());
    parts.reserve(datagrams.size());
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
        parts.push_back({const_cast<char*>(datagrams[i].data()), datagrams[i].size()});
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    std::size_t sent = 0;
    bool has_waited = false;
    while (sent < messages.size()) {
        const int count = ::sendmmsg(socket, messages.data() + sent,
                                     static_cast<unsigned>(messages.size() - sent), MSG_DONTWAIT);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN && is_last && !std::exchange(has_waited, true)) {
            wait_for_room(socket);
        } else if (errno != EINTR) {
            break;
        }
    }
    return sent;
}

bool is_busy(int error) { return error == EAGAIN || error == ENOBUFS; }

}  // namespace

std::optional<int> syslog_facility_number(std::string_view name) noexcept {
    for (const auto& [known, number] : facilities)
        if (known == name) return number;
    return std::nullopt;
}

SyslogSink::SyslogSink(int facility, std::string socket_path)
    : facility_(facility), socket_path_(std::move(socket_path)) {
    connect();
}

void SyslogSink::connect() { socket_ = connect_datagrams(socket_path_); }

std::size_t SyslogSink::write(std::span<const LogLine> lines, bool is_last) {
    std::vector<std::string> datagrams;
    datagrams.reserve(lines.size());
    for (const LogLine& line : lines)
        datagrams.push_back(fmt::format("<{}>{} {}", facility_ | syslog_level(line.severity),
                                        syslog_time(line.when), line.tagged_text()));
    if (!socket_) connect();
    std::size_t sent = socket_ ? send_datagrams(socket_.get(), datagrams, is_last) : 0;
    if (socket_ && sent < lines.size() && !is_busy(errno)) {   // the syslog daemon was restarted
        connect();
        if (socket_)
            sent += send_datagrams(socket_.get(), std::span(datagrams).subspan(sent), is_last);
    }
    return socket_ ? sent : lines.size();
}

PostlogSink::PostlogSink(std::string socket_path, std::unique_ptr<LogSink> otherwise)
    : socket_path_(std::move(socket_path)), otherwise_(std::move(otherwise)) {
    connect();
}

bool PostlogSink::connect() {
    socket_ = connect_datagrams(socket_path_);
    return is_connected();
}

PostlogSink::Sent PostlogSink::send(const std::string& frame, bool is_last) {
    for (bool is_fresh = false;; is_fresh = true) {
        if (!socket_ && !connect()) return Sent::nobody;
        if (send_datagrams(socket_.get(), std::span(&frame, 1), is_last) == 1) return Sent::done;
        if (is_busy(errno)) return Sent::blocked;
        socket_.reset();   // another master has made another socket, or there is none
        if (is_fresh) return Sent::nobody;
    }
}

std::size_t PostlogSink::write(std::span<const LogLine> lines, bool is_last) {
    std::size_t taken = 0;
    while (taken < lines.size()) {
        LogFrame frame;
        std::size_t end = taken;
        while (end < lines.size() && frame.add(lines[end])) ++end;
        const Sent sent = send(frame.text(), is_last);
        if (sent == Sent::blocked) return taken;
        if (sent == Sent::nobody) {
            if (!otherwise_) return taken;
            return taken + otherwise_->write(lines.subspan(taken), is_last);
        }
        taken = end;
    }
    return taken;
}

std::size_t StandardErrorSink::write(std::span<const LogLine> lines, bool) {
    std::string text;
    for (const LogLine& line : lines)
        text += fmt::format("{}: {}{}\n", name_, severity_prefix(line.severity), line.text);
    std::ignore = write_all(STDERR_FILENO, text, "standard error");   // there is nowhere to say it
    return lines.size();
}

std::size_t FileSink::write(std::span<const LogLine> lines, bool) {
    std::string text;
    for (const LogLine& line : lines) text += file_line(line, host_);
    return write_all(file_.get(), text, "log file") ? lines.size() : 0;
}

std::size_t MemorySink::write(std::span<const LogLine> lines, bool) {
    lines_.insert(lines_.end(), lines.begin(), lines.end());
    return lines.size();
}

std::string file_line(const LogLine& line, std::string_view host) {
    return fmt::format("{} {} {}\n", syslog_time(line.when), host, line.tagged_text());
}

}  // namespace postern
