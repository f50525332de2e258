// Reports; see the header.
#include "bounce/report.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::bounce {
namespace {

constexpr std::size_t line_width = 79;

/// Puts the lines of a report together.
class Writer {
public:
    explicit Writer(const Report& report)
        : report_(report),
          boundary_(fmt::format("{}.{}/{}", report.queue_id, report.now.time_since_epoch().count(),
                                report.myhostname)) {}

    std::vector<std::string> write() {
        header();
        notification();
        delivery_status();
        returned_message();
        line(fmt::format("--{}--", boundary_));
        return std::move(lines_);
    }

private:
    void line(std::string text = {}) { lines_.push_back(std::move(text)); }
    template <class... A>
    void format(fmt::format_string<A...> text, A&&... values) {
        line(fmt::format(text, std::forward<A>(values)...));
    }
    /// With smtputf8_enable reasons and templates may hold anything.
    bool is_eight_bit() const {
        return report_.has_smtputf8 || report_.is_smtputf8 || same(report_.encoding, "8bit");
    }
    /// "rfc822", or what takes its place where an address is not ASCII (RFC 6533 section 3).
    std::string_view address_type(std::string_view address) const {
        return report_.is_smtputf8 && !is_all_ascii(address) ? "utf-8" : "rfc822";
    }

    void part(std::string_view description, std::string_view type, bool is_eight_bit) {
        line();
        format("--{}", boundary_);
        format("Content-Description: {}", description);
        format("Content-Type: {}", type);
        if (is_eight_bit) line("Content-Transfer-Encoding: 8bit");
        line();
    }

    void header() {
        const Template& words = report_.words;
        format("Date: {}", mail_date(report_.now));
        format("From: {}", words.from);
        format("Subject: {}", report_.is_postmaster_copy ? words.postmaster_subject : words.subject);
        format("To: {}", mail::external(report_.to));
        if (!report_.thread.empty()) {
            format("References: {}", report_.thread);
            format("In-Reply-To: {}", report_.thread);
        }
        if (report_.tls_is_optional) line("TLS-Required: no");
        format("Auto-Submitted: {}", report_.is_postmaster_copy ? "auto-generated" : "auto-replied");
        line("MIME-Version: 1.0");
        line("Content-Type: multipart/report; report-type=delivery-status;");
        format("\tboundary=\"{}\"", boundary_);
        if (is_eight_bit()) line("Content-Transfer-Encoding: 8bit");
        line();
        line("This is a MIME-encapsulated message.");
    }

    void notification() {
        const bool is_ascii = same(report_.words.charset, "us-ascii");
        part("Notification",
             fmt::format("text/plain; charset={}",
                         is_ascii && is_eight_bit() ? "utf-8" : report_.words.charset),
             is_eight_bit());
        if (!report_.text.empty())
            for (const std::string_view each : pieces(report_.text)) line(std::string(each));
        for (const auto& entry : report_.entries) {
            line();
            for (std::string& each : explanation(entry)) line(std::move(each));
        }
    }

    void delivery_status() {
        part("Delivery report", report_.is_smtputf8 ? "message/global-delivery-status"
                                                    : "message/delivery-status",
             report_.is_smtputf8);
        format("Reporting-MTA: dns; {}", report_.myhostname);
        if (!report_.dsn_envid.empty()) format("Original-Envelope-Id: {}", report_.dsn_envid);
        format("X-{}-Queue-ID: {}", report_.mail_name, report_.queue_id);
        format("X-{}-Sender: {}; {}", report_.mail_name, address_type(report_.sender),
               mail::external(report_.sender));
        if (report_.original.arrival) format("Arrival-Date: {}", mail_date(*report_.original.arrival));
        for (const auto& entry : report_.entries) recipient(entry);
    }

    void recipient(const queue::LogEntry& entry) {
        line();
        format("Final-Recipient: {}; {}", address_type(entry.recipient), mail::external(entry.recipient));
        original_recipient(entry);
        format("Action: {}", entry.action);
        format("Status: {}", entry.status);
        if (!entry.mta_name.empty()) format("Remote-MTA: {}; {}", entry.mta_type, entry.mta_name);
        diagnostic(entry);
        if (report_.retried_until) format("Will-Retry-Until: {}", mail_date(*report_.retried_until));
    }

    void original_recipient(const queue::LogEntry& entry) {
        if (!entry.dsn_orcpt.empty())
            return format("Original-Recipient: {}", printable(entry.dsn_orcpt));
        const std::string& original =
            entry.original_recipient.empty() ? entry.recipient : entry.original_recipient;
        format("Original-Recipient: {};{}", address_type(original), mail::external(original));
    }

    void diagnostic(const queue::LogEntry& entry) {
        const std::string text =
            entry.diag_type.empty()
                ? fmt::format("Diagnostic-Code: X-{}; {}", report_.mail_name, printable(entry.reason, 4000))
                : fmt::format("Diagnostic-Code: {}; {}", entry.diag_type, printable(entry.diag_text, 4000));
        for (std::string& each : folded(text)) line(std::move(each));
    }

    void returned_message() {
        const bool is_header = report_.original.is_header_only;
        const std::string_view type = report_.is_smtputf8 ? (is_header ? "message/global-headers" : "message/global")
                                      : is_header         ? "text/rfc822-headers"
                                                          : "message/rfc822";
        const bool is_failure =
            report_.kind == TemplateKind::failure || report_.kind == TemplateKind::delay;
        part(fmt::format("{}Message{}", is_failure ? "Undelivered " : "",
                         is_header ? " Headers" : ""),
             type, is_eight_bit());
        format("Return-Path: <{}>", mail::external(report_.sender));
        for (const std::string& each : report_.original.lines) line(each);
        line();
    }

    static std::vector<std::string_view> pieces(std::string_view text) {
        std::vector<std::string_view> lines;
        for (; !text.empty();) {
            const auto end = std::min(text.find('\n'), text.size());
            lines.push_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return lines;
    }

public:
    /// Lines that break at blanks, where no others are lost; those after the first begin with four.
    static std::vector<std::string> folded(std::string_view text) {
        text = trim_right(text);
        std::vector<std::string> lines(1);
        for (std::size_t at = 0; at <= text.size();) {
            const auto end = std::min(text.find_first_of(" \t\r\n", at), text.size());
            const std::string_view word = text.substr(at, end - at);
            if (!trim(lines.back()).empty() && lines.back().size() + 1 + word.size() > line_width) {
                lines.back() = trim_right(lines.back());
                lines.emplace_back("   ");
            }
            if (at > 0) lines.back() += ' ';
            lines.back() += word;
            at = end + 1;
        }
        return lines;
    }

private:
    const Report& report_;
    const std::string boundary_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> lines_of(const Report& report) { return Writer(report).write(); }

std::vector<std::string> explanation(const queue::LogEntry& entry) {
    std::string text = "<" + mail::external(entry.recipient) + ">";
    const std::string& original = entry.original_recipient;
    if (!original.empty() && !same(original, entry.recipient))
        text += fmt::format(" (expanded from <{}>)", mail::external(original));
    return Writer::folded(fmt::format("{}: {}", printable(text), printable(entry.reason, 4000)));
}

}  // namespace postern::bounce
