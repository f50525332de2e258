// The list of what is installed; see the header.
#include "tools/postfix/installed_files.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "tools/postfix/accounts.h"
#include "tools/postfix/file_list.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace postern::postfix {

namespace {

/// conf/postfix-files, as it is installed.
constexpr std::string_view built_in =
#include "tools/postfix/postfix_files.inc"
    ;

struct Source {
    std::string name, text;
};

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// What add-on packages install, in the order of their names.
std::vector<Source> sources_in(const std::string& folder) {
    std::vector<Source> found;
    std::error_code failure;
    for (const auto& item : std::filesystem::directory_iterator(folder, failure)) {
        if (!item.is_regular_file(failure)) continue;
        if (auto text = read_file(item.path())) found.push_back({item.path(), std::move(*text)});
    }
    std::ranges::sort(found, {}, &Source::name);
    return found;
}

/// The list of another mail system has files that are not ours, and other owners and modes for those
/// of ours that have the same names.
std::vector<Source> sources(const std::string& meta_directory) {
    const std::string name = meta_directory + "/postfix-files";
    auto text = read_file(name);
    if (!text || first_line(*text) != first_line(built_in))
        return {{"built-in postfix-files", std::string(built_in)}};
    std::vector<Source> found = {{name, std::move(*text)}};
    for (Source& source : sources_in(name + ".d")) found.push_back(std::move(source));
    return found;
}

Result<uid_t> user_called(const std::string& name) {
    const passwd* entry = ::getpwnam(name.c_str());
    if (!entry) return permanent(fmt::format("unknown user \"{}\"", name));
    return entry->pw_uid;
}

Result<gid_t> group_called(const std::string& name) {
    const group* entry = ::getgrnam(name.c_str());
    if (!entry) return permanent(fmt::format("unknown group \"{}\"", name));
    return entry->gr_gid;
}

/// "" where the parameter that the name begins with says that such files are not installed: it is
/// empty, or "no".
Result<std::string> path_of(const std::string& name, const config::Config& config) {
    if (name.front() != '$') return name;
    const auto parameter = name.substr(1, name.find('/') - 1);
    const auto folder = config.lookup(parameter);
    if (!folder) return permanent(fmt::format("undefined parameter: {}", parameter));
    if (!folder->starts_with('/')) return std::string();
    return config.expand(name);
}

using Resolved = Result<std::optional<InstalledFile>>;

/// Without owner and group.
Resolved locate(const ListedFile& row, const config::Config& config) {
    const std::optional<InstalledFile> none;
    if (row.is_link() || row.has('o')) return none;   // there are no rights to give to these
    auto path = path_of(row.name, config);
    if (!path) return path.error();
    if (path->empty()) return none;
    const bool is_folder = row.type == ListedFile::Type::folder;
    return std::optional(InstalledFile{
        .path = std::move(*path),
        .is_folder = is_folder,
        .mode = row.mode,
        .is_made = row.has('c'),
        .is_recursive = row.has('r'),
        .may_be_link = !is_folder || row.name.find('/') == std::string::npos,
    });
}

Result<void> set_owner(InstalledFile& file, const ListedFile& row, const config::Config& config) {
    const auto owner = config.expand(row.owner), group = config.expand(row.group);
    if (!owner || !group) return owner ? group.error() : owner.error();
    const auto user = user_called(*owner);
    if (!user) return user.error();
    file.owner = *user;
    if (group->empty()) return success();
    const auto id = group_called(*group);
    if (!id) return id.error();
    file.group = *id;
    return success();
}

/// The instance of an ordinary user has nobody else in it.
void set_ourselves_as_owner(InstalledFile& file) {
    file.owner = ::geteuid();
    file.mode &= 0777;
}

bool is_ours(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

Resolved resolve(const ListedFile& row, const config::Config& config) {
    auto file = locate(row, config);
    if (!file || !*file) return file;
    if (::geteuid() == 0) {
        if (auto known = set_owner(**file, row, config); !known) return known.error();
        return file;
    }
    if (!(*file)->is_made && !is_ours((*file)->path)) return std::optional<InstalledFile>();
    set_ourselves_as_owner(**file);
    return file;
}

void add(const Source& source, const Instance& instance, std::vector<InstalledFile>& files) {
    int number = 0;
    for (std::string_view rest = source.text; !rest.empty();) {
        const std::string_view line = first_line(rest);
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        ++number;
        const auto row = parse_listed_file(line);
        if (row && !*row) continue;
        const Resolved file = row ? resolve(**row, instance.config()) : row.error();
        if (!file)
            instance.log().warning("{}, line {}: {}", source.name, number, file.error().text);
        else if (*file)
            files.push_back(**file);
    }
}

}  // namespace

Result<std::vector<InstalledFile>> installed_files(const Instance& instance) {
    if (::geteuid() == 0)
        if (auto known = check_accounts(instance.config()); !known) return known.error();
    std::vector<InstalledFile> files;
    for (const Source& source : sources(instance["meta_directory"])) add(source, instance, files);
    return files;
}

}  // namespace postern::postfix
