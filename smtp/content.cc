// Message content for the wire; see the header.
#include "smtp/content.h"

#include "lib/base/strings.h"

namespace postern::smtp {

namespace {

/// A line that must be seen whole (a field, a line to be encoded) is broken here.
constexpr std::size_t whole_line_limit = 1u << 20;

}  // namespace

void WireLines::put(std::string& out, std::string_view text) const {
    const std::size_t start = out.size();
    out += text;
    if (!replaces_stray_) return;
    for (std::size_t i = out.find_first_of("\r\n", start); i != out.npos;
         i = out.find_first_of("\r\n", i + 1))
        out[i] = ' ';
}

void WireLines::add(std::string& out, std::string_view text, bool is_complete) {
    if (!is_within_line_ && text.starts_with('.')) out += '.';
    is_within_line_ = true;
    while (limit_ > 0 && text.size() > limit_ - column_) {
        put(out, text.substr(0, limit_ - column_));
        text.remove_prefix(limit_ - column_);
        out += "\r\n ";
        column_ = limit_ > 1 ? 1 : 0;
    }
    put(out, text);
    column_ += text.size();
    if (!is_complete) return;
    out += "\r\n";
    column_ = 0;
    is_within_line_ = false;
}

OutgoingContent::OutgoingContent(queue::ContentReader reader, ContentShape shape)
    : shape_(std::move(shape)), wire_(shape_.line_length_limit, shape_.replaces_stray_cr_lf) {
    if (shape_.rules)
        checked_.emplace(std::move(reader), *shape_.rules, shape_.mime);
    else
        reader_.emplace(std::move(reader));
    if (shape_.rewriter) header_.emplace(shape_.mime.header_size);
    if (shape_.is_downgraded)
        downgrader_.emplace(
            [this](std::string_view line) { wire_.add(*downgraded_to_, line, true); },
            shape_.mime);
}

void OutgoingContent::put_line(std::string& block, std::string_view text, bool is_complete) {
    if (!downgrader_) {
        wire_.add(block, text, is_complete);
        return;
    }
    long_line_ += text;
    if (!is_complete && long_line_.size() < whole_line_limit) return;
    downgraded_to_ = &block;
    downgrader_->line(long_line_);
    long_line_.clear();
}

Task<Result<void>> OutgoingContent::put_field(std::string& block,
                                              std::optional<std::string> field) {
    if (!field) co_return success();
    auto rewritten = co_await shape_.rewriter->rewrite(std::move(*field));
    if (!rewritten) co_return rewritten.error();
    for (std::string_view rest = *rewritten;;) {
        const auto end = rest.find('\n');
        put_line(block, rest.substr(0, end), true);
        if (end == rest.npos) co_return success();
        rest.remove_prefix(end + 1);
    }
}

Task<Result<void>> OutgoingContent::header_line(std::string& block, std::string line) {
    auto step = header_->add(line);
    auto put = co_await put_field(block, std::move(step.field));
    if (!put) co_return put;
    if (step.ended) {
        header_.reset();
        put_line(block, line, true);
    }
    co_return success();
}

Task<Result<void>> OutgoingContent::finish(std::string& block) {
    if (header_) {
        auto put = co_await put_field(block, header_->finish());
        if (!put) co_return put;
    }
    if (!long_line_.empty()) put_line(block, "", true);
    if (downgrader_) {
        downgraded_to_ = &block;
        downgrader_->finish();
    }
    if (wire_.is_within_line()) wire_.add(block, "", true);
    if (!shape_.holds_dot_back) block += ".\r\n";
    co_return success();
}

Task<Result<bool>> OutgoingContent::fill(std::string& block, std::size_t size) {
    const std::string prepended = std::exchange(shape_.prepended, {});
    for (const std::string_view line : split(prepended, "\n")) put_line(block, line, true);
    std::string whole;
    while (block.size() < size) {
        auto piece = checked_ ? co_await checked_->next() : reader_->next();
        if (!piece) co_return piece.error();
        if (!*piece) {
            auto finished = co_await finish(block);
            if (!finished) co_return finished.error();
            co_return false;
        }
        if (!header_) {
            put_line(block, (*piece)->text, (*piece)->is_complete);
            continue;
        }
        whole += (*piece)->text;
        if (!(*piece)->is_complete && whole.size() < whole_line_limit) continue;
        auto taken = co_await header_line(block, std::exchange(whole, {}));
        if (!taken) co_return taken.error();
    }
    co_return true;
}

}  // namespace postern::smtp
