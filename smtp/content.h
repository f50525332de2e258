// The content of a message as it travels (RFC 5321 section 4.5.2): lines end in CR LF and only
// there, a leading dot is doubled, no line is longer than smtp_line_length_limit.
#pragma once

#include "lib/event/task.h"
#include "lib/mail/downgrade.h"
#include "lib/queue/content.h"
#include "smtp/checked_content.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace postern::smtp {

/// Lines, and pieces of lines, in the form of the wire.
class WireLines {
public:
    /// `limit`: bytes of a line without its end; 0 is none. A longer line is broken by CR LF SPACE.
    /// `replaces_stray`: a CR or LF within a line becomes a blank, for what ends a line where it
    /// should not is how mail is smuggled.
    WireLines(std::size_t limit, bool replaces_stray)
        : limit_(limit), replaces_stray_(replaces_stray) {}

    void add(std::string& out, std::string_view text, bool is_complete);
    bool is_within_line() const noexcept { return is_within_line_; }

private:
    void put(std::string& out, std::string_view text) const;
    std::size_t limit_;
    bool replaces_stray_;
    std::size_t column_ = 0;
    bool is_within_line_ = false;
};

/// Changes header fields on their way out: smtp_generic_maps.
class FieldRewriter {
public:
    virtual ~FieldRewriter() = default;
    /// `field`: whole, its lines separated by "\n"; what comes back is of the same form. Error:
    /// temporary, a table could not tell.
    virtual Task<Result<std::string>> rewrite(std::string field) = 0;
};

/// How a message is to look for one server.
struct ContentShape {
    std::size_t line_length_limit = 998;
    bool replaces_stray_cr_lf = true;
    bool is_downgraded = false;          ///< 8bit parts to quoted-printable
    mail::MimeLimits mime;
    std::string prepended;               ///< header lines, each with "\n"
    std::optional<CheckedContent::Rules> rules;   ///< smtp_header_checks and its like
    FieldRewriter* rewriter = nullptr;   ///< outlives the content
    bool holds_dot_back = false;         ///< the caller sends the dot that ends the data
};

/// Gives the content in blocks, with memory for one block and one header field.
class OutgoingContent {
public:
    OutgoingContent(queue::ContentReader reader, ContentShape shape);

    /// Appends to `block` until it has at least `size` bytes. False at the end, after the dot that
    /// ends the data was added, unless it is held back. Errors: damage of the queue file; a table that could not tell.
    Task<Result<bool>> fill(std::string& block, std::size_t size);

private:
    Task<Result<void>> header_line(std::string& block, std::string line);
    Task<Result<void>> put_field(std::string& block, std::optional<std::string> field);
    void put_line(std::string& block, std::string_view text, bool is_complete);
    Task<Result<void>> finish(std::string& block);

    std::optional<queue::ContentReader> reader_;
    std::optional<CheckedContent> checked_;      // in its place, where there are rules
    ContentShape shape_;
    WireLines wire_;
    std::optional<mail::HeaderReader> header_;   // while fields are to be rewritten
    std::optional<mail::Downgrader> downgrader_;
    std::string* downgraded_to_ = nullptr;       // where the downgrader's lines go
    std::string long_line_;                      // pieces of a line that must be seen whole
};

}  // namespace postern::smtp
