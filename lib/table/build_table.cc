// Makes tables from their sources.
#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/table/fold.h"
#include "lib/table/maintenance.h"

#include <fmt/format.h>
#include <grp.h>
#include <signal.h>
#include <unistd.h>

namespace postern::table {

namespace {

/// Signals that would end the command wait while this lives.
class SignalsWait {
public:
    SignalsWait() {
        sigset_t ending;
        ::sigemptyset(&ending);
        for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) ::sigaddset(&ending, number);
        ::sigprocmask(SIG_BLOCK, &ending, &before_);
    }
    ~SignalsWait() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    SignalsWait(const SignalsWait&) = delete;

private:
    sigset_t before_;
};

/// The rights of the source's owner instead of root's, while this lives.
class OwnersRights {
public:
    static Result<std::unique_ptr<OwnersRights>> take(uid_t owner, gid_t group) {
        auto rights = std::unique_ptr<OwnersRights>(new OwnersRights);
        if (::setgroups(1, &group) != 0 || ::setegid(group) != 0 || ::seteuid(owner) != 0)
            return system_error(fmt::format("become uid {} gid {}", owner, group));
        return rights;
    }
    ~OwnersRights() {
        std::ignore = ::seteuid(0);   // it was 0, so that these succeed
        std::ignore = ::setegid(0);
        const gid_t root = 0;
        std::ignore = ::setgroups(1, &root);
    }

private:
    OwnersRights() = default;
};

struct Source {
    std::string content;
    std::string file;         ///< for warnings
    mode_t mode = 0644;       ///< of a table that is made from it
    uid_t owner = 0;
    gid_t group = 0;
};

Result<std::string> read_all(int fd, const std::string& file) {
    std::string content;
    char chunk[65536];
    for (;;) {
        const ssize_t got = ::read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read " + file);
        if (got == 0) return content;
        content.append(chunk, static_cast<std::size_t>(got));
    }
}

Result<Source> read_source(const CommandOptions& options, const std::string& path) {
    Source source{.content = {}, .file = options.is_incremental ? "stdin" : path};
    const Fd file(options.is_incremental ? ::dup(STDIN_FILENO)
                                         : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return system_error("open " + path);
    auto status = status_of(file.get(), source.file);
    if (!status) return status.error();
    if (!options.is_incremental) {
        if (S_ISDIR(status->st_mode)) return system_error("open " + path, EISDIR);
        if (options.inherits_mode) source.mode = 0600 | (status->st_mode & 044);
        source.owner = status->st_uid;
        source.group = status->st_gid;
    }
    auto content = read_all(file.get(), source.file);
    if (!content) return content.error();
    source.content = std::move(*content);
    return source;
}

}  // namespace

std::string with_type(const std::string& table, std::string_view default_type) {
    return table.find(':') == table.npos ? fmt::format("{}:{}", default_type, table) : table;
}

Result<void> build_table(Registry& registry, const CommandOptions& options, const std::string& name,
                         SourceSyntax& syntax) {
    const auto path = cut(name, ':')->second;
    auto source = read_source(options, std::string(path));
    if (!source) return source.error();
    std::unique_ptr<OwnersRights> rights;
    if (::geteuid() == 0 && source->owner != 0 && !options.keeps_root) {
        auto taken = OwnersRights::take(source->owner, source->group);
        if (!taken) return taken.error();
        rights = std::move(*taken);
    }
    const SignalsWait wait;
    auto maker = make_table(registry, name,
                            {.mode = source->mode,
                             .keeps_entries = options.is_incremental,
                             .nul = options.nul});
    if (!maker) return maker.error();

    const bool utf8 = registry.settings().smtputf8_enable && !options.without_utf8;
    const auto on_duplicate = options.replaces ? OnDuplicate::replace : OnDuplicate::keep;
    const auto put = [&](std::string_view key, std::string_view value) -> Result<void> {
        const auto stored = options.folds_keys ? folded(key, utf8) : std::string(key);
        auto is_new = (*maker)->put(stored, value, on_duplicate);
        if (!is_new) return is_new.error();
        if (!*is_new && !options.ignores_duplicates)
            registry.warn(fmt::format("{}: duplicate entry: \"{}\"", (*maker)->shown(), stored));
        return success();
    };
    if (auto done = syntax.read(source->content, source->file, put); !done) return done;
    for (const auto& [key, value] : syntax.further_entries())
        if (auto done = (*maker)->put_plain(key, value, OnDuplicate::replace); !done)
            return done.error();
    return (*maker)->commit();
}

}  // namespace postern::table
