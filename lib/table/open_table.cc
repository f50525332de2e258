// Names, case folding and UTF-8 rules around a dictionary.
#include "lib/table/open_table.h"

#include "lib/base/strings.h"
#include "lib/table/fold.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

using Warn = std::function<void(const std::string&)>;

constexpr std::string_view not_utf8 = "malformed UTF-8 or invalid codepoint";

class OpenTable final : public Table {
public:
    OpenTable(std::string name, std::unique_ptr<Dictionary> dictionary, const OpenOptions& options,
              Warn warn)
        : name_(std::move(name)),
          dictionary_(std::move(dictionary)),
          kind_(dictionary_->key_kind()),
          folds_(options.fold_case && dictionary_->folds_keys()),
          utf8_(options.utf8),
          warn_(std::move(warn)) {}

    Answer<Found> find(std::string_view key) override {
        if (utf8_ && !is_valid_utf8(key)) return refuse(key);
        if (!folds_ || !may_fold(key, utf8_)) return finish(dictionary_->find(key), key);
        // Kept in one place until the answer is there: a lookup that waits refers to it.
        auto kept = std::make_unique<std::string>(folded(key, utf8_));
        auto answer = dictionary_->find(*kept);
        if (answer.await_ready()) return checked(answer.await_resume(), *kept);
        return wait_with(std::move(answer), std::move(kept));
    }

    const std::string& name() const override { return name_; }
    KeyKind key_kind() const override { return kind_; }
    uid_t owner() const override { return dictionary_->owner(); }
    std::vector<std::string> watched_files() const override {
        return dictionary_->watched_files();
    }
    Result<std::unique_ptr<Cursor>> entries() override {
        auto cursor = dictionary_->entries();
        if (!cursor) return cursor.error().in("table " + name_);
        return cursor;
    }

private:
    Found refuse(std::string_view key) const {
        warn_(fmt::format("{}: non-UTF-8 key \"{}\": {}", name_, printable(key), not_utf8));
        return std::nullopt;
    }

    Answer<Found> finish(Answer<Found> answer, std::string_view key) {
        if (answer.await_ready()) return checked(answer.await_resume(), key);
        return wait(std::move(answer), key);
    }
    Task<Found> wait(Answer<Found> answer, std::string_view key) {
        co_return checked(co_await answer, key);
    }
    Task<Found> wait_with(Answer<Found> answer, std::unique_ptr<std::string> key) {
        co_return checked(co_await answer, *key);
    }

    Found checked(Found found, std::string_view key) const {
        if (!found) return temporary(fmt::format("table {}: {}", name_, found.error().text));
        if (!utf8_ || !*found || is_valid_utf8(**found)) return found;
        warn_(fmt::format("{}: key \"{}\": non-UTF-8 value \"{}\": {}", name_, printable(key),
                          printable(**found), not_utf8));
        return temporary(fmt::format("table {}: value is not valid UTF-8", name_));
    }

    const std::string name_;
    const std::unique_ptr<Dictionary> dictionary_;
    const KeyKind kind_;
    const bool folds_, utf8_;
    const Warn warn_;
};

class UnavailableTable final : public Table {
public:
    UnavailableTable(std::string name, std::string reason, std::vector<std::string> files,
                     Warn warn)
        : name_(std::move(name)),
          reason_(std::move(reason)),
          files_(std::move(files)),
          warn_(std::move(warn)) {}

    Answer<Found> find(std::string_view) override {
        auto text = fmt::format("{} is unavailable. {}", name_, reason_);
        warn_(text);
        return Found(temporary(std::move(text)));
    }
    const std::string& name() const override { return name_; }
    /// So that no part of a key is ever taken for "not found": the whole key comes first.
    KeyKind key_kind() const override { return KeyKind::exact; }
    uid_t owner() const override { return static_cast<uid_t>(-1); }
    std::vector<std::string> watched_files() const override { return files_; }

private:
    const std::string name_, reason_;
    const std::vector<std::string> files_;
    const Warn warn_;
};

}  // namespace

std::shared_ptr<Table> make_table_of(std::string name, std::unique_ptr<Dictionary> dictionary,
                                     const OpenOptions& options, Warn warn) {
    return std::make_shared<OpenTable>(std::move(name), std::move(dictionary), options,
                                       std::move(warn));
}

std::shared_ptr<Table> unavailable_table(std::string name, std::string reason,
                                         std::vector<std::string> files, Warn warn) {
    return std::make_shared<UnavailableTable>(std::move(name), std::move(reason),
                                              std::move(files), std::move(warn));
}

}  // namespace postern::table
