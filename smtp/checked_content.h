// smtp_header_checks, smtp_mime_header_checks, smtp_nested_header_checks and smtp_body_checks: what an
// administrator wants changed, or seen, in a message on its way out (header_checks(5)).
#pragma once

#include "lib/base/log.h"
#include "lib/event/task.h"
#include "lib/mail/content_checks.h"
#include "lib/queue/content.h"

#include <deque>
#include <string>
#include <vector>

namespace postern::smtp {

/// The content of a message, line by line, as the rules leave it. In memory are one header field and
/// what it became.
class CheckedContent final : private mail::MimeReceiver {
public:
    struct Rules {
        const mail::ContentChecks* checks;   ///< outlive it
        std::size_t body_limit;              ///< bytes of each part (body_checks_size_limit)
        std::string queue_id;                ///< for the log
        Log log;
    };
    CheckedContent(queue::ContentReader reader, Rules rules, mail::MimeLimits limits);

    /// As ContentReader::next(). Errors: also temporary, a table could not tell.
    Task<Result<std::optional<queue::ContentLine>>> next();

private:
    struct Piece {
        mail::CheckedPart part;
        mail::HeaderPlace place = {};
        std::string text;
        bool is_complete = true, is_inspected = true;
    };
    void header(mail::HeaderPlace place, std::string_view field) override;
    void header_end(mail::HeaderPlace, const mail::ContentType&, mail::TransferEncoding) override;
    void body(std::string_view line, bool is_content) override;

    Result<void> read();
    Task<Result<void>> inspect(Piece piece);
    void apply(const mail::CheckAction& action, const mail::CheckTables& tables, const Piece& piece);
    void put(std::string_view text, bool is_complete);

    queue::ContentReader reader_;
    const Rules rules_;
    mail::MimeReader mime_;
    std::vector<Piece> pieces_;              // read, and not inspected
    std::deque<std::pair<std::string, bool>> lines_;
    std::string current_;
    std::size_t inspected_ = 0;              // bytes of this part's body
    bool is_in_line_ = false, is_line_complete_ = true, has_ended_ = false;
};

}  // namespace postern::smtp
