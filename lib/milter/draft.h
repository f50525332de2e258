// A message while milters look at it and change it: the stored one, and the changes so far, so that
// each milter sees what those before it made of it.
#pragma once

#include "lib/base/result.h"
#include "lib/milter/edits.h"
#include "lib/milter/protocol.h"
#include "lib/queue/content.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::milter {

/// Where a message's content is.
struct StoredContent {
    int file = -1;        ///< open as long as it is used
    std::string name;     ///< of the file, for errors
    off_t offset = 0;     ///< of the first content record
    bool has_own_received = false;   ///< the first field is ours; milters do not see it
    std::size_t size_limit = 0;      ///< of a new body; 0: none
};

class Draft {
public:
    /// Reads the header. Errors: of the queue file.
    static Result<Draft> of(const StoredContent& stored);

    /// The fields that milters see.
    const std::vector<EditedField>& header() const noexcept { return edits_.header; }
    bool hides(std::size_t field) const noexcept { return hides_first_ && field == own_received_; }

    /// The body from its first byte on, in pieces of at most body_piece bytes, with CR LF.
    class BodyReader {
    public:
        explicit BodyReader(const Draft& draft);
        /// "" at the end. Errors: of the queue file.
        Result<std::string> next();

    private:
        const Draft& draft_;
        queue::ContentReader reader_;
        std::string gathered_;
        std::size_t taken_ = 0;
        bool is_ready_ = false;
        Result<void> skip_header();
    };

    /// The next milter begins; its new body is not more of the last one's.
    void begin_turn() noexcept { is_body_of_turn_ = false; }
    /// Takes one change, as a milter says it. Error, permanent: malformed, or beyond what is allowed.
    Result<void> take(Answer answer, std::string_view data, bool has_leading_space);
    void hold(std::string reason);
    void refuse(std::string reply);
    void discard() { edits_.fate = Edits::Fate::discard; }

    const Edits& edits() const noexcept { return edits_; }
    /// The new body with CR LF, where edits().changes_body.
    const std::string& body() const noexcept { return body_; }

private:
    explicit Draft(const StoredContent& stored) : stored_(stored), hides_first_(stored.has_own_received) {}

    Result<void> add_header(std::string name, std::string value, bool has_leading_space);
    Result<void> insert_header(std::size_t index, std::string name, std::string value, bool has_leading_space);
    Result<void> change_header(std::size_t index, const std::string& name, std::string value, bool has_leading_space);
    Result<void> change_sender(std::string_view address, std::string parameters);
    Result<void> edit_recipient(bool is_added, std::string_view address, std::string parameters);
    Result<void> append_body(std::string_view piece);

    StoredContent stored_;
    Edits edits_;
    std::string body_;
    bool hides_first_, is_body_of_turn_ = false;
    std::size_t own_received_ = 0;   // where our own field is by now
};

/// The lines of a new body, without their ends, in the order of the body; ends may be CR LF or LF.
/// `take` gives false to end it.
template <class Take>
void for_each_line(std::string_view body, Take take) {
    while (!body.empty()) {
        const auto end = body.find('\n');
        std::string_view line = body.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!take(line) || end == body.npos) return;
        body.remove_prefix(end + 1);
    }
}

}  // namespace postern::milter
