// Files in maildrop/; see the header.
#include "services/pickup/submitted_file.h"

#include <fmt/format.h>

#include <cerrno>

namespace postern::pickup {

using queue::RecordType;
using queue::Section;

namespace {

/// Why nobody may read the file as mail; "" when nothing is wrong.
std::string problem_of(const struct stat& status) {
    if (!S_ISREG(status.st_mode)) return "not a regular file";
    if (status.st_nlink > 1) return fmt::format("{} links to the file", status.st_nlink);
    if ((status.st_mode & (S_ISUID | S_ISGID | S_ISVTX)) != 0) return "set-id bits";
    return {};
}

}  // namespace

SubmittedFile::SubmittedFile(Fd file, std::string path, uid_t owner, bool is_requeued)
    : file_(std::move(file)),
      records_(file_.get(), std::move(path)),
      owner_(owner),
      is_requeued_(is_requeued) {}

Result<SubmittedFile::Opened> SubmittedFile::open(const queue::Spool& spool, const queue::QueueId& id,
                                                  uid_t mail_owner) {
    // The name first: what is not a regular file must not even be opened.
    auto name = spool.status(queue::Queue::maildrop, id);
    if (!name) return name.error();
    if (!*name) return Opened();
    if (auto problem = problem_of(**name); !problem.empty()) return Opened{FileState::damaged, problem};
    if (((*name)->st_mode & S_IXUSR) == 0) return Opened{FileState::incomplete};

    auto file = spool.open_file(queue::Queue::maildrop, id, O_RDONLY);
    if (!file) return file.error();
    if (!*file) return Opened();
    const std::string path = spool.path(queue::Queue::maildrop, id);
    auto status = status_of((*file)->get(), path);
    if (!status) return status.error();
    if (auto problem = problem_of(*status); !problem.empty()) return Opened{FileState::damaged, problem};
    Opened opened{FileState::ready};
    opened.file = SubmittedFile(std::move(**file), path, status->st_uid, status->st_uid == mail_owner);
    return opened;
}

Result<bool> SubmittedFile::fill(std::string& block, std::size_t size) {
    while (block.size() < size) {
        auto record = is_requeued_ ? records_.next_in_order() : records_.next();
        if (!record) return record.error();
        if (!*record) return permanent(records_.name() + ": the end record is missing");
        auto goes_on = take(**record, block);
        if (!goes_on || !*goes_on) return goes_on;
    }
    return true;
}

/// False: it was the last one.
Result<bool> SubmittedFile::take(const queue::Record& record, std::string& block) {
    const bool is_time = record.type == RecordType::time && section_ == Section::envelope;
    if (!is_requeued_ && !is_time && !queue::is_allowed_in_maildrop(section_, record.type))
        return records_.damage(fmt::format("unexpected record type: {}",
                                           static_cast<int>(static_cast<unsigned char>(record.type))),
                               record.offset);
    if (record.type == RecordType::sender) sender_ = record.data;
    if (record.type == RecordType::content) section_ = Section::content;
    if (record.type == RecordType::extracted) section_ = Section::extracted;
    if (is_passed_on(record)) queue::append_record(block, record.type, record.data);
    return record.type != RecordType::end;
}

/// A requeued message keeps what its sender said; what was decided then is decided anew.
bool SubmittedFile::is_passed_on(const queue::Record& record) const {
    if (section_ == Section::content) return record.type != RecordType::padding;
    if (record.type == RecordType::attribute) {
        const auto attribute = queue::attribute_of(record.data);
        return is_requeued_
                   ? attribute.name != "log_ident"
                   : queue::is_allowed_maildrop_attribute(attribute.name, attribute.value);
    }
    switch (record.type) {
        case RecordType::content_filter:
        case RecordType::redirect:
        case RecordType::warn_time: return false;
        default: return true;
    }
}

}  // namespace postern::pickup
