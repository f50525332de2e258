// Lists that users wrote; see the header.
#include "local/users_file.h"

#include "lib/base/fd.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace postern::local {

namespace {

constexpr std::size_t size_limit = 16u << 20;

/// Acts as a user where the process can.
class Acting {
public:
    explicit Acting(service::Identity identity) {
        if (::getuid() == 0) as_.emplace(identity);
    }

private:
    std::optional<service::ActingAs> as_;
};

struct OpenFile {
    Fd file;  ///< none: it is closed to this user
    struct stat status;
};

/// Opened first and looked at then: what the name means could change in between, and a FIFO must
/// not hang anybody. Nothing: not there.
Result<std::optional<OpenFile>> open_list(const std::string& path, std::string_view kind,
                                          int flags = 0) {
    auto file = open_file(path, O_RDONLY | O_NONBLOCK | flags);
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) return std::optional<OpenFile>();
        if (errno == EACCES) return std::optional(OpenFile{});
        if (errno == ELOOP)
            return permanent(fmt::format("{} {} is not a regular file", kind, path));
        return file.error();
    }
    auto status = status_of(file->get(), path);
    if (!status) return status.error();
    if (!S_ISREG(status->st_mode))
        return permanent(fmt::format("{} {} is not a regular file", kind, path));
    if ((status->st_mode & S_IWOTH) != 0)
        return permanent(fmt::format("{} {} is world writable", kind, path));
    return std::optional(OpenFile{std::move(*file), *status});
}

Result<std::string> content_of(const OpenFile& open, const std::string& path) {
    std::string content(static_cast<std::size_t>(open.status.st_size), '\0');
    if (content.size() > size_limit) return permanent(path + ": file too large");
    auto got = read_at(open.file.get(), content, 0, path);
    if (!got) return got.error();
    content.resize(*got);
    return content;
}

Error missing(const std::string& path) {
    return permanent(
        fmt::format("unable to lookup :include: file {}: No such file or directory", path));
}

/// Nothing: root.
Result<std::optional<User>> owner_of(const std::string& path) {
    const Acting acting({0, 0});  // the administrator named it
    const auto there = status_of_path(path);
    if (!there) return there.error();
    if (!*there) return missing(path);
    // Whoever made a link has no right to what it leads to, but the own.
    struct stat link {};
    if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode) && link.st_uid != 0) {
        auto maker = find_user(link.st_uid);
        if (!maker || *maker) return maker;
    }
    if ((*there)->st_uid == 0) return std::optional<User>();
    auto owner = find_user((*there)->st_uid);
    if (owner && !*owner)
        return permanent(fmt::format(":include: file {}: no user has the id {} of its owner", path,
                                     (*there)->st_uid));
    return owner;
}

}  // namespace

Result<std::optional<std::string>> read_forward_file(const std::string& path, const User& user) {
    const Acting acting(user.identity);
    auto open = open_list(path, "file", O_NOFOLLOW);
    if (!open) return open.error();
    if (!*open) return std::optional<std::string>();
    if (!(*open)->file) {
        // Whoever closes the way to it has none; one that is there and closed is a mistake.
        const auto there = status_of_path(path);
        if (!there || !*there) return std::optional<std::string>();
        return permanent(fmt::format("cannot open file {}: Permission denied", path));
    }
    const uid_t owner = (*open)->status.st_uid;
    if (owner != user.identity.user && owner != 0)
        return permanent(fmt::format("file {} has bad owner uid {}", path, owner));
    auto content = content_of(**open, path);
    if (!content) return content.error();
    return std::optional(std::move(*content));
}

Result<IncludeFile> read_include_file(const std::string& path, std::optional<User> user) {
    if (!path.starts_with('/'))
        return permanent(fmt::format(":include:{} uses a relative path", path));
    if (!user) {
        auto owner = owner_of(path);
        if (!owner) return owner.error();
        user = std::move(*owner);
    }
    const Acting acting(user ? user->identity : service::Identity{0, 0});
    auto open = open_list(path, ":include: file");
    if (!open) return open.error();
    if (!*open) return missing(path);
    if (!(*open)->file)
        return permanent(fmt::format("cannot open include file {}: Permission denied", path));
    auto content = content_of(**open, path);
    if (!content) return content.error();
    return IncludeFile{std::move(*content), std::move(user)};
}

}  // namespace postern::local
