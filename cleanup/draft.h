// The envelope of a message as its sender gave it, before it is written.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/mail/dsn.h"
#include "lib/queue/record.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace postern::cleanup {

struct DraftRecipient {
    std::string address;   ///< internal form
    std::string original;  ///< as the sender wrote it
    std::string dsn_orcpt;
    mail::Notify notify;
    bool is_bcc = false;  ///< a blind copy that we add
    friend bool operator==(const DraftRecipient&, const DraftRecipient&) = default;
};

struct Draft {
    std::optional<WallTime> arrival;
    std::string sender, full_name, content_filter, redirect, verp_delimiters;
    bool has_sender = false, has_full_name = false;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<DraftRecipient> recipients;

    /// Takes one record of the envelope or of the extracted section. Errors, permanent: a record
    /// that may not be there, or not with this content.
    Result<void> take(const queue::Record& record);

    std::string_view attribute(std::string_view name) const;
    bool is_local_context() const { return attribute("rewrite_context") != "remote"; }

private:
    Result<void> take_attribute(std::string_view data);
    void take_recipient(std::string_view address);

    DraftRecipient pending_;  // what stands before a recipient's record
};

}  // namespace postern::cleanup
