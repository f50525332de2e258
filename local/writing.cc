// Files of users; see the header.
#include "local/writing.h"

#include "lib/delivery/copy.h"
#include "lib/delivery/maildir.h"
#include "lib/delivery/mbox.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postern::local {

using delivery::Settlement;

namespace {

/// The rights and the bound of one delivery.
class Writing {
public:
    Writing(const Post& post, service::Identity identity)
        : limit_(post.settings.mailbox_size_limit) {
        if (::getuid() == 0) as_.emplace(identity);
    }

private:
    const delivery::FileSizeLimit limit_;
    std::optional<service::ActingAs> as_;
};

Settlement failed(const Error& error, std::string_view what) {
    return Settlement::failed(delivery::mailbox_status(error),
                              fmt::format("{}{}", what, error.text))
        .diagnosed(delivery::mailbox_diagnosis(error));
}

Result<off_t> append(const Post& post, const Letter& letter, const std::string& path,
                     const delivery::MboxSettings& settings) {
    return delivery::append_to_mbox(
        path, letter.stop.sender, head_of(letter, post.settings, post.settings.prepends_to_file),
        letter.job.content(), settings, post.loop.clock().wall(), post.log);
}

/// The folder of all mailboxes is open to a group of its own, which makes and locks files there.
service::Identity spool_identity(const Settings& settings, service::Identity user) {
    const auto folder = status_of_path(settings.mail_spool_directory);
    const bool is_of_group = folder && *folder && ((*folder)->st_mode & S_IWGRP) != 0 &&
                             ((*folder)->st_mode & S_IWOTH) == 0;
    if (is_of_group) user.group = (*folder)->st_gid;
    return user;
}

}  // namespace

std::string head_of(const Letter& letter, const Settings& settings, bool has_delivered_to) {
    return delivery::delivery_fields(
        letter.stop.sender, settings.enable_original_recipient ? letter.recipient.original : "",
        has_delivered_to ? letter.delivered_to : "");
}

Settlement to_mailbox(const Post& post, const Letter& letter, const std::string& path,
                      const User& user, Folder folder) {
    if (letter.job.request().for_verification) return Settlement::sent("delivers to mailbox");
    delivery::MboxSettings settings = post.settings.mbox;
    if (post.settings.strict_mailbox_ownership) settings.owner = user.identity.user;
    Result<off_t> start = off_t(0);
    {
        const Writing writing(post, folder == Folder::spool
                                        ? spool_identity(post.settings, user.identity)
                                        : user.identity);
        start = append(post, letter, path, settings);
    }
    if (!start)
        return failed(start.error(),
                      fmt::format("cannot update mailbox {} for user {}. ", path, user.name));
    if (post.settings.biff) post.biff.notify(user.name, *start);
    return Settlement::sent("delivered to mailbox");
}

Settlement to_maildir(const Post& post, const Letter& letter, const std::string& path,
                      const User& user) {
    if (letter.job.request().for_verification) return Settlement::sent("delivers to maildir");
    const Writing writing(post, user.identity);
    const delivery::Maildir maildir{path.substr(0, path.size() - 1), post.settings.myhostname,
                                    post.queue_device};
    const auto done = delivery::deliver_to_maildir(
        maildir, head_of(letter, post.settings, post.settings.prepends_to_file),
        letter.job.content(), post.loop.clock().wall(), post.log);
    return done ? Settlement::sent("delivered to maildir")
                : failed(done.error(), "maildir delivery failed: ");
}

Settlement to_file(const Post& post, const Letter& letter, const std::string& path,
                   const User& user) {
    if (letter.job.request().for_verification) return Settlement::sent("delivers to file: " + path);
    const Writing writing(post, user.identity);
    delivery::MboxSettings settings = post.settings.mbox;
    settings.needs_dotlock = false;  // the folder is often none of the user's
    const auto done = append(post, letter, path, settings);
    return done ? Settlement::sent("delivered to file: " + path)
                : failed(done.error(), fmt::format("cannot append message to file {}: ", path));
}

}  // namespace postern::local
