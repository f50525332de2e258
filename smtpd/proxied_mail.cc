// Messages to the filter before the queue; see the header.
#include "smtpd/proxied_mail.h"

#include "lib/base/strings.h"
#include "lib/queue/record.h"
#include "smtpd/envelope.h"
#include "smtpd/proxy_dialogue.h"
#include "smtpd/temporary_file.h"

#include <utility>

namespace postern::smtpd {

using queue::RecordType;

std::string content_lines(std::string_view records, bool& at_line_start) {
    std::string lines;
    queue::RecordParser parser(records);
    for (auto record = parser.next(); record && *record; record = parser.next()) {
        const auto& [type, data, offset] = **record;
        if (type != RecordType::line && type != RecordType::long_line) continue;
        if (at_line_start && data.starts_with('.')) lines += '.';
        lines += data;
        at_line_start = type == RecordType::line;
        if (at_line_start) lines += "\r\n";
    }
    return lines;
}

namespace {

/// Command by command, as the client speaks.
class RelayedMail final : public ProxiedMail {
public:
    explicit RelayedMail(Session& session) : filter_(session) {}

    Task<std::optional<Reply>> mail(std::string command) override {
        if (auto no = co_await filter_.open()) co_return no;
        co_return co_await filter_.tell(command);
    }
    Task<std::optional<Reply>> rcpt(std::string command) override {
        co_return co_await filter_.tell(command);
    }
    Task<std::optional<Reply>> data(std::string command) override {
        co_return co_await filter_.begin_content(command);
    }

    std::string& records() override { return records_; }
    Task<void> send() override {
        const std::string lines = content_lines(std::exchange(records_, {}), at_line_start_);
        std::ignore = co_await filter_.send(lines);  // finish() tells
    }
    void refuse() override { filter_.abandon(), records_.clear(); }
    Task<Reply> finish(std::string) override {
        co_await send();
        co_return co_await filter_.end_content();
    }

private:
    ProxyDialogue filter_;
    std::string records_;
    bool at_line_start_ = true;
};

/// All at once when the message is complete (speed_adjust).
class DelayedMail final : public ProxiedMail {
public:
    explicit DelayedMail(Session& session)
        : session_(session), content_(session.house.proxy_filter->disk(), *session.house.spool) {}

    Task<std::optional<Reply>> mail(std::string command) override {
        return note(std::move(command));
    }
    Task<std::optional<Reply>> rcpt(std::string command) override {
        return note(std::move(command));
    }
    Task<std::optional<Reply>> data(std::string command) override {
        commands_.push_back(std::move(command));
        auto opened = co_await content_.open();
        if (opened) co_return std::nullopt;
        co_return not_stored(opened.error());
    }

    std::string& records() override { return records_; }
    Task<void> send() override;
    void refuse() override { is_refused_ = true, records_.clear(); }
    Task<Reply> finish(std::string queued) override;

private:
    Task<std::optional<Reply>> note(std::string command) {
        commands_.push_back(std::move(command));
        co_return std::nullopt;
    }
    Reply not_stored(const Error& error) const {
        session_.reporter.log().warning("message for proxy filter: {}", error.text);
        return unavailable();
    }
    Task<std::optional<Reply>> tell_envelope(ProxyDialogue& filter) const;
    Task<std::optional<Reply>> tell_content(ProxyDialogue& filter) const;

    Session& session_;
    std::vector<std::string> commands_;  // up to DATA
    std::string records_;
    TemporaryFile content_;  // as the filter will hear it
    std::optional<Error> failure_;
    bool at_line_start_ = true, is_refused_ = false;
};

Task<void> DelayedMail::send() {
    if (is_refused_) co_return records_.clear();
    auto stored =
        co_await content_.append(content_lines(std::exchange(records_, {}), at_line_start_));
    if (!stored && !failure_) failure_ = stored.error();
}

Task<Reply> DelayedMail::finish(std::string) {
    co_await send();
    if (failure_) co_return not_stored(*failure_);
    ProxyDialogue filter(session_);
    if (auto no = co_await filter.open()) co_return *no;
    if (auto no = co_await tell_envelope(filter)) co_return *no;
    if (auto no = co_await tell_content(filter)) co_return *no;
    co_return co_await filter.end_content();
}

Task<std::optional<Reply>> DelayedMail::tell_envelope(ProxyDialogue& filter) const {
    for (std::size_t i = 0; i + 1 < commands_.size(); ++i)
        if (auto no = co_await filter.tell(commands_[i])) co_return no;
    co_return co_await filter.begin_content(commands_.back());
}

Task<std::optional<Reply>> DelayedMail::tell_content(ProxyDialogue& filter) const {
    for (off_t offset = 0;;) {
        auto piece = co_await content_.read(offset);
        if (!piece) {
            filter.abandon();
            co_return not_stored(piece.error());
        }
        if (piece->empty() || !co_await filter.send(*piece))
            co_return std::nullopt;  // end_content() tells
        offset += static_cast<off_t>(piece->size());
    }
}

}  // namespace

namespace {

/// REQUIRETLS ends here, where there is no TLS; a header field takes it on
/// (requiretls_esmtp_header).
std::string mail_command(const Session& session) {
    std::string command = session.mail->command;
    if (!session.mail->parameters.requires_tls) return command;
    const auto at = upper(command).rfind(" REQUIRETLS");
    if (at != std::string::npos) command.erase(at, std::string_view(" REQUIRETLS").size());
    return command;
}

}  // namespace

Task<std::optional<Reply>> begin_proxied_mail(Session& session) {
    if (session.house.proxy_filter->waits_for_content())
        session.proxied = std::make_unique<DelayedMail>(session);
    else
        session.proxied = std::make_unique<RelayedMail>(session);
    if (auto no = co_await session.proxied->mail(mail_command(session))) {
        session.proxied.reset();
        co_return no;
    }
    session.report_accepted("");
    co_return std::nullopt;
}

Task<std::optional<Reply>> begin_proxied_content(Session& session) {
    const bool is_data =
        same(trim(session.command), "DATA");  // or BDAT, which the filter may not know
    if (auto no = co_await session.proxied->data(is_data ? std::string(session.command) : "DATA"))
        co_return no;
    const std::string fields = proxied_fields(session);
    for (const std::string_view line : split(fields, "\n"))
        queue::append_record(session.proxied->records(), RecordType::line, line);
    co_return std::nullopt;
}

}  // namespace postern::smtpd
