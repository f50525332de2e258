// Edits by logical line, and the file around them.
#include "lib/config/edit.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace postern::config {

namespace {

/// A line as it stands, and which logical line it is part of; none: a comment or an empty line.
struct PhysicalLine {
    std::string_view text;
    std::optional<std::size_t> logical;
    bool is_first = false;
};

struct Lines {
    std::vector<PhysicalLine> physical;
    std::vector<std::string> logical;
};

Lines split_lines(std::string_view file) {
    Lines lines;
    while (!file.empty()) {
        const auto line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(file.size(), line.size() + 1));
        const auto content = trim_left(line);
        if (content.empty() || content.front() == '#') {
            lines.physical.push_back({line, std::nullopt});
            continue;
        }
        const bool is_first = lines.logical.empty() || !is_blank(line.front());
        if (is_first) lines.logical.emplace_back();
        lines.logical.back() += line;
        lines.physical.push_back({line, lines.logical.size() - 1, is_first});
    }
    return lines;
}

void put_line(std::string& out, std::string_view line) {
    out += line;
    out += '\n';
}

void put_changed(std::string& out, const PhysicalLine& line, const LineChange& change) {
    switch (change.fate) {
    case LineChange::Fate::stays: put_line(out, line.text); break;
    case LineChange::Fate::is_removed: break;
    case LineChange::Fate::is_commented_out: put_line(out, "#" + std::string(line.text)); break;
    case LineChange::Fate::is_replaced:
        if (line.is_first) put_line(out, change.replacement);
        break;
    }
}

std::string_view name_of(std::string_view logical_line) {
    const auto end = std::find_if(logical_line.begin(), logical_line.end(),
                                  [](char c) { return is_blank(c) || c == '='; });
    return {logical_line.begin(), end};
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string definition(const Assignment& assignment) {
    return fmt::format("{} = {}", assignment.name, assignment.value);
}

std::string change_all(std::string_view main_cf, const std::vector<std::string>& names,
                       LineChange::Fate fate) {
    return edit_lines(main_cf, [&](std::string_view line) {
        return contains(names, name_of(line)) ? LineChange{fate, ""} : LineChange{};
    });
}

/// A new file beside `path` with the owner and mode of the old one, renamed over it.
Result<void> replace_keeping_owner(const std::string& path, const std::string& content,
                                   const struct stat& old) {
    const auto temporary = path + ".tmp";
    auto file = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, old.st_mode & 0777);
    if (!file) return file.error();
    if (fchmod(file->get(), old.st_mode & 07777) != 0 ||
        (geteuid() == 0 && fchown(file->get(), old.st_uid, old.st_gid) != 0))
        return system_error(temporary);
    if (auto written = write_all(file->get(), content, temporary); !written) return written;
    if (fsync(file->get()) != 0) return system_error(temporary);
    if (rename(temporary.c_str(), path.c_str()) != 0) return system_error(path);
    return {};
}

/// The file, locked, and still the one of that name: another editor may have replaced it while
/// we waited for the lock.
Result<Fd> open_locked(const std::string& path) {
    for (;;) {
        auto file = open_file(path, O_RDWR);
        if (!file) return file;
        if (auto locked = lock(file->get(), LockKind::exclusive, path); !locked)
            return locked.error();
        const auto ours = status_of(file->get(), path);
        if (!ours) return ours.error();
        const auto named = status_of_path(path);
        if (!named) return named.error();
        if (*named && (*named)->st_ino == ours->st_ino && (*named)->st_dev == ours->st_dev)
            return file;
    }
}

}  // namespace

Result<void> edit_file(const std::string& path,
                       const std::function<Result<std::string>(std::string)>& change) {
    const auto file = open_locked(path);
    if (!file) return file.error();
    const auto status = status_of(file->get(), path);
    if (!status) return status.error();
    auto before = read_file(path);
    if (!before) return before.error();
    auto after = change(*before);
    if (!after) return after.error();
    if (*after == *before) return {};
    return replace_keeping_owner(path, *after, *status);
}

std::string edit_lines(std::string_view file,
                       const std::function<LineChange(std::string_view logical_line)>& decide) {
    const auto lines = split_lines(file);
    std::vector<LineChange> changes;
    for (const auto& line : lines.logical)
        changes.push_back(decide(line));
    std::string out;
    for (const auto& line : lines.physical)
        put_changed(out, line, line.logical ? changes[*line.logical] : LineChange{});
    return out;
}

std::string assign(std::string_view main_cf, const std::vector<Assignment>& assignments) {
    std::vector<std::string> done;
    const auto decide = [&](std::string_view line) -> LineChange {
        const auto found =
            std::find_if(assignments.rbegin(), assignments.rend(),
                         [&](const Assignment& a) { return a.name == name_of(line); });
        if (found == assignments.rend()) return {};
        done.push_back(found->name);
        return {LineChange::Fate::is_replaced, definition(*found)};
    };
    auto out = edit_lines(main_cf, decide);
    for (auto assignment = assignments.begin(); assignment != assignments.end(); ++assignment) {
        const bool comes_again =
            std::any_of(assignment + 1, assignments.end(),
                        [&](const Assignment& later) { return later.name == assignment->name; });
        if (!comes_again && !contains(done, assignment->name))
            put_line(out, definition(*assignment));
    }
    return out;
}

std::string comment_out(std::string_view main_cf, const std::vector<std::string>& names) {
    return change_all(main_cf, names, LineChange::Fate::is_commented_out);
}

std::string remove(std::string_view main_cf, const std::vector<std::string>& names) {
    return change_all(main_cf, names, LineChange::Fate::is_removed);
}

std::vector<std::string> repeated(std::string_view main_cf,
                                  const std::vector<std::string>& names) {
    std::vector<std::string> once, twice;
    for (const auto& line : split_lines(main_cf).logical) {
        const std::string name(name_of(line));
        if (!contains(names, name)) continue;
        if (contains(once, name) && !contains(twice, name)) twice.push_back(name);
        once.push_back(name);
    }
    return twice;
}

}  // namespace postern::config
