// Replaces files under the locks of Postfix's commands.
#include "lib/table/replaced_file.h"

#include <fmt/format.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace postern::table {

Result<Fd> open_exclusively(const std::string& path, int flags, mode_t mode) {
    for (;;) {
        Fd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
        if (!fd) return system_error("open database " + path);
        if (auto locked = lock(fd.get(), LockKind::exclusive, path); !locked) return locked.error();
        auto ours = status_of(fd.get(), path);
        if (!ours) return ours.error();
        auto there = status_of_path(path);
        if (!there) return there.error();
        // Who held the lock may have renamed another file to this name.
        if (*there && (*there)->st_ino == ours->st_ino && (*there)->st_dev == ours->st_dev)
            return fd;
    }
}

ReplacedFile::ReplacedFile(std::string path, mode_t mode)
    : path_(std::move(path)),
      fresh_path_(fmt::format("{}.tmp{}", path_, ::getpid())),
      mode_(mode) {}

ReplacedFile::~ReplacedFile() {
    if (!fresh_path_.empty()) ::unlink(fresh_path_.c_str());
}

Result<ReplacedFile> ReplacedFile::begin(const std::string& path, mode_t mode) {
    ReplacedFile file(path, mode);
    auto there = status_of_path(path);
    if (!there) return there.error();
    if (*there) {
        auto old = open_exclusively(path, O_RDWR);
        if (!old) return old.error();
        file.old_ = std::move(*old);
    }
    ::unlink(file.fresh_path_.c_str());   // of an earlier process of this number
    return file;
}

Result<void> ReplacedFile::copy_old() {
    auto fresh = open_file(fresh_path_, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!fresh) return fresh.error();
    for (off_t offset = 0;;) {
        const ssize_t done = ::sendfile(fresh->get(), old_.get(), &offset, 1u << 30);
        if (done < 0 && errno != EINTR) return system_error("copy " + path_);
        if (done == 0) return success();
    }
}

Result<void> ReplacedFile::take_over_rights(int fresh) const {
    mode_t mode = mode_;
    if (old_) {
        auto old = status_of(old_.get(), path_);
        if (!old) return old.error();
        auto made = status_of(fresh, fresh_path_);
        if (!made) return made.error();
        mode = old->st_mode & 07777;
        const bool is_same_owner = old->st_uid == made->st_uid && old->st_gid == made->st_gid;
        if (!is_same_owner && ::fchown(fresh, old->st_uid, old->st_gid) != 0)
            return system_error("chown " + fresh_path_);
    }
    if (::fchmod(fresh, mode) != 0) return system_error("chmod " + fresh_path_);
    return success();
}

Result<void> ReplacedFile::commit() {
    auto fresh = open_file(fresh_path_, O_RDWR);
    if (!fresh) return fresh.error();
    if (auto done = take_over_rights(fresh->get()); !done) return done;
    if (::fsync(fresh->get()) != 0) return system_error("fsync " + fresh_path_);
    if (std::rename(fresh_path_.c_str(), path_.c_str()) != 0)
        return system_error(fmt::format("rename {} to {}", fresh_path_, path_));
    fresh_path_.clear();
    return success();
}

}  // namespace postern::table
