// Files of users; see the header.
#include "local/writing.h"

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

namespace {

Settlement failed(const Error& error, std::string_view what) {
    return Settlement::failed(delivery::mailbox_status(error),
                              fmt::format("{}{}", what, error.text))
        .diagnosed(delivery::mailbox_diagnosis(error));
}

/// The folder of all mailboxes is open to a group of its own, which makes and locks files there.
service::Identity spool_identity(const Settings& settings, service::Identity user) {
    const auto folder = status_of_path(settings.mail_spool_directory);
    const bool is_of_group = folder && *folder && ((*folder)->st_mode & S_IWGRP) != 0 &&
                             ((*folder)->st_mode & S_IWOTH) == 0;
    if (is_of_group) user.group = (*folder)->st_gid;
    return user;
}

std::string file_head(const Post& post, const Letter& letter) {
    return head_of(letter, post.settings, post.settings.prepends_to_file);
}

}  // namespace

std::string head_of(const Letter& letter, const Settings& settings, bool has_delivered_to) {
    return delivery::delivery_fields(
        letter.stop.sender, settings.enable_original_recipient ? letter.recipient.original : "",
        has_delivered_to ? letter.delivered_to : "");
}

Task<Settlement> to_mailbox(const Post& post, Letter letter, std::string path, User user,
                            Folder folder) {
    if (letter.job.request().for_verification) co_return Settlement::sent("delivers to mailbox");
    delivery::MboxSettings settings = post.settings.mbox;
    if (post.settings.strict_mailbox_ownership) settings.owner = user.identity.user;
    const auto writer = folder == Folder::spool ? spool_identity(post.settings, user.identity)
                                                : user.identity;
    const auto start = co_await post.writer.append(
        writer, path, letter.stop.sender, file_head(post, letter), letter.job, std::move(settings));
    if (!start)
        co_return failed(start.error(),
                         fmt::format("cannot update mailbox {} for user {}. ", path, user.name));
    if (post.settings.biff) post.biff.notify(user.name, *start);
    co_return Settlement::sent("delivered to mailbox");
}

Task<Settlement> to_maildir(const Post& post, Letter letter, std::string path, User user) {
    if (letter.job.request().for_verification) co_return Settlement::sent("delivers to maildir");
    path.pop_back();
    delivery::Maildir maildir{std::move(path), post.settings.myhostname, post.queue_device,
                              post.settings.mailbox_size_limit};
    const auto done = co_await post.writer.deliver(user.identity, std::move(maildir),
                                                   file_head(post, letter), letter.job);
    co_return done ? Settlement::sent("delivered to maildir")
                   : failed(done.error(), "maildir delivery failed: ");
}

Task<Settlement> to_file(const Post& post, Letter letter, std::string path, User user) {
    if (letter.job.request().for_verification)
        co_return Settlement::sent("delivers to file: " + path);
    delivery::MboxSettings settings = post.settings.mbox;
    settings.needs_dotlock = false;  // the folder is often none of the user's
    const auto done =
        co_await post.writer.append(user.identity, path, letter.stop.sender,
                                    file_head(post, letter), letter.job, std::move(settings));
    co_return done ? Settlement::sent("delivered to file: " + path)
                   : failed(done.error(),
                            fmt::format("cannot append message to file {}: ", path));
}

}  // namespace postern::local
