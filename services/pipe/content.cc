// Messages for commands; see the header.
#include "services/pipe/content.h"

#include <memory>

namespace postern::pipe {

namespace {

constexpr std::size_t piece_size = 65536;

/// Fills blocks with lines; one for each message.
class Shaper {
public:
    Shaper(queue::ContentReader content, const Attributes& attributes)
        : content_(std::move(content)), flags_(attributes.flags), eol_(attributes.eol) {}

    Result<bool> fill(std::string& block) {
        while (block.size() < piece_size) {
            auto line = content_.next();
            if (!line) return line.error();
            if (!*line) return end(block), false;
            block += begins_line_ ? shaped_start((*line)->text, flags_) : std::string((*line)->text);
            begins_line_ = (*line)->is_complete;
            if (begins_line_) block += eol_;
        }
        return true;
    }

private:
    void end(std::string& block) const {
        if (!begins_line_) block += eol_;
        if (flags_.appends_blank_line) block += eol_;
    }

    queue::ContentReader content_;
    const Flags flags_;
    const std::string eol_;
    bool begins_line_ = true;
};

}  // namespace

std::string head_text(const Head& head, const Attributes& attributes) {
    std::string text;
    const auto put = [&](bool is_wanted, std::string_view name, std::string_view value) {
        if (is_wanted) text.append(name).append(value).append(attributes.eol);
    };
    const Flags& flags = attributes.flags;
    put(flags.adds_from_line, "", head.from_line);
    put(flags.adds_return_path, "Return-Path: ", "<" + head.return_path + ">");
    put(flags.adds_original_to && !head.original_to.empty(), "X-Original-To: ", head.original_to);
    put(flags.adds_delivered_to, "Delivered-To: ", head.delivered_to);
    return text;
}

std::string shaped_start(std::string_view text, const Flags& flags) {
    const bool needs_quote = flags.quotes_from_lines && text.starts_with("From ");
    const bool needs_dot = flags.stuffs_dots && text.starts_with('.');
    return (needs_quote ? ">" : needs_dot ? "." : "") + std::string(text);
}

delivery::CommandInput shaped(queue::ContentReader content, const Attributes& attributes) {
    // Shared because a std::function must be copyable; there is one copy.
    auto shaper = std::make_shared<Shaper>(std::move(content), attributes);
    return [shaper](std::string& block) { return shaper->fill(block); };
}

}  // namespace postern::pipe
