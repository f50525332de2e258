// A file that is made beside the one that it replaces.
#pragma once

#include "lib/base/fd.h"

#include <string>

namespace postern::table {

/// Holds an exclusive flock on what is at `path` (if anything) and owns `fresh_path`, a name
/// beside it, until it is destroyed; what is left at `fresh_path` then is removed.
class ReplacedFile {
public:
    /// Waits for the lock.
    static Result<ReplacedFile> begin(const std::string& path, mode_t mode);
    ReplacedFile(ReplacedFile&& other) noexcept = default;
    ~ReplacedFile();

    const std::string& fresh_path() const noexcept { return fresh_path_; }
    bool replaces_something() const noexcept { return static_cast<bool>(old_); }
    /// Copies what is at `path` to `fresh_path`.
    Result<void> copy_old();
    /// Gives the file at `fresh_path` the owner and mode of the old one (or `mode`), syncs it, and
    /// renames it to `path`.
    Result<void> commit();

private:
    ReplacedFile(std::string path, mode_t mode);
    Result<void> take_over_rights(int fresh) const;

    std::string path_, fresh_path_;
    mode_t mode_;
    Fd old_;
};

/// Opens `path` and waits for an exclusive flock on the file that is at `path` when it is ours.
/// With O_CREAT in `flags` it is made when missing, else the error says so.
Result<Fd> open_exclusively(const std::string& path, int flags, mode_t mode = 0);

}  // namespace postern::table
