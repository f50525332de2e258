// Loading, checking and reading of a configuration.
#include "lib/config/config.h"

#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/compatibility.h"
#include "lib/config/contents.h"
#include "lib/config/directory.h"
#include "lib/config/expansion.h"
#include "lib/config/value_syntax.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace postern::config {

namespace {

/// The row of a parameter, or of the family's fallback for "relay_destination_recipient_limit".
const Parameter* row_of(std::string_view name) {
    if (const auto* row = find_parameter(name)) return row;
    const auto* family = family_of(name);
    return family ? find_parameter(family->fallback) : nullptr;
}

const Parameter& known_row(std::string_view name) {
    if (const auto* row = row_of(name)) return *row;
    throw std::logic_error(fmt::format("no parameter {} in the catalogue", name));
}

const Parameter& known_row(std::string_view name, Type type) {
    const auto& row = known_row(name);
    if (row.type == type) return row;
    throw std::logic_error(fmt::format("parameter {} is read in the wrong type", name));
}

/// The name that lmtp reads where smtp reads `name`.
std::string lmtp_name(std::string_view name) {
    if (!name.starts_with("smtp_")) return std::string(name);
    auto mirror = "lmtp_" + std::string(name.substr(5));
    if (find_parameter(mirror)) return mirror;
    for (const std::string_view word : {"helo", "ehlo"}) {
        auto other = replace_all(mirror, word, "lhlo");
        if (find_parameter(other)) return other;
    }
    return std::string(name);
}

bool depends_on_stress(std::string_view value) {
    return value.find("stress") != std::string_view::npos;
}

}  // namespace

// ---- loading -----------------------------------------------------------------------------------

Config::Config(std::shared_ptr<const Contents> contents)
    : contents_(std::move(contents)), stress_(contents_->source.stress) {}

Result<Config> Config::load(Source source) {
    if (source.directory.empty()) source.directory = choose_directory(std::nullopt);
    auto file = read_main_cf(source.directory + "/main.cf");
    if (!file) return file.error();
    return checked(std::move(source), std::move(*file));
}

Result<Config> Config::load_unchecked(Source source) {
    if (source.directory.empty()) source.directory = choose_directory(std::nullopt);
    auto file = read_main_cf(source.directory + "/main.cf");
    if (!file) return file.error();
    return Config(std::make_shared<const Contents>(std::move(source), std::move(*file)));
}

Result<Config> Config::from_text(std::string_view main_cf, Source source) {
    if (source.directory.empty()) source.directory = default_directory();
    auto file = parse_main_cf(main_cf, source.directory + "/main.cf");
    if (!file) return file.error();
    return checked(std::move(source), std::move(*file));
}

Result<Config> Config::checked(Source source, MainCf file) {
    // $stress is a state of this process, not a setting, when it comes from the command line.
    for (const auto& override : source.overrides)
        if (override.name == "stress") source.stress = !override.value.empty();
    std::erase_if(source.overrides, [](const Override& o) { return o.name == "stress"; });
    const Config config(std::make_shared<const Contents>(std::move(source), std::move(file)));
    for (const bool stress : {false, true})
        if (auto result = config.with_stress(stress).check(stress); !result) return result.error();
    return config;
}

/// Every value that is set, and every default that depends on one; `only_stressed`: those that
/// $stress may change.
Result<void> Config::check(bool only_stressed) const {
    const auto level = parse_level(expand_value("compatibility_level").value_or(""));
    if (!level) return error_in("compatibility_level", level.error().text);
    for (const auto& setting : contents_->settings) {
        const auto* row = row_of(setting.name);
        if (!row || (only_stressed && !depends_on_stress(setting.value))) continue;
        if (auto result = check(setting.name, *row); !result) return result;
    }
    for (const auto& row : catalogue()) {
        if (row.type == Type::text || row.type == Type::late_text || is_set(row.name)) continue;
        if (row.default_text.find('$') == std::string_view::npos) continue;
        if (only_stressed && !depends_on_stress(row.default_text)) continue;
        if (auto result = check(row.name, row); !result) return result;
    }
    return {};
}

Result<void> Config::check(std::string_view name, const Parameter& row) const {
    if (row.type == Type::late_text) return {};
    auto expanded = expand_value(name);
    if (!expanded) return error_in(name, fmt::format("{}: {}", name, expanded.error().text));
    const auto value = parse_value(row, name, *expanded);
    return value ? success() : Result<void>(error_in(name, value.error().text));
}

// ---- values ------------------------------------------------------------------------------------

std::optional<std::string> Config::raw_value(std::string_view name) const {
    if (const auto* setting = contents_->find(name)) return setting->value;
    if (name == "stress") return stress_ ? "yes" : "";
    const auto* row = find_parameter(name);
    if (!row) return std::nullopt;
    if (row->is_computed) return contents_->computed(name, *this);
    return std::string(row->default_text);
}

std::string Config::own_name(std::string_view name) const {
    return for_lmtp_ ? lmtp_name(name) : std::string(name);
}

Result<std::string> Config::expand_value(std::string_view name) const {
    auto raw = raw_value(name);
    if (!raw) {
        const auto* family = family_of(name);
        return family ? expand_value(family->fallback) : Result<std::string>(std::string());
    }
    if (raw->find('$') == std::string::npos) return std::move(*raw);
    return expand_name(name, [this](std::string_view other) { return raw_value(other); });
}

std::int64_t Config::value(std::string_view name, Type type) const {
    const auto own = own_name(name);
    const auto& row = known_row(own, type);
    const auto expanded = expand_value(own);
    const auto parsed = expanded ? parse_value(row, own, *expanded)
                                 : Result<std::int64_t>(expanded.error());
    if (!parsed) throw std::logic_error("unchecked value: " + parsed.error().text);
    return *parsed;
}

std::string Config::text(std::string_view name) const {
    const auto own = own_name(name);
    if (known_row(own).type == Type::late_text) return raw(name);
    auto expanded = expand_value(own);
    if (!expanded) throw std::logic_error("unchecked value: " + expanded.error().text);
    return std::move(*expanded);
}

std::string Config::raw(std::string_view name) const {
    const auto own = own_name(name);
    std::ignore = known_row(own);   // an unknown name is a bug
    return raw_value(own).value_or("");
}

bool Config::boolean(std::string_view name) const { return value(name, Type::boolean) != 0; }
std::int64_t Config::number(std::string_view name) const { return value(name, Type::number); }
seconds Config::time(std::string_view name) const { return seconds(value(name, Type::time)); }

ByteCount Config::bytes(std::string_view name) const {
    return static_cast<ByteCount>(std::max<std::int64_t>(0, number(name)));
}

std::vector<std::string> Config::list(std::string_view name) const {
    const auto whole = text(name);
    std::vector<std::string> items;
    for (const auto item : split_braced(whole))
        items.emplace_back(item);
    return items;
}

// ---- families ----------------------------------------------------------------------------------

std::string Config::family_name(std::string_view transport, std::string_view suffix) const {
    const auto* family = find_family(suffix);
    if (!family) throw std::logic_error(fmt::format("no family of parameters *_{}", suffix));
    auto name = fmt::format("{}_{}", transport, suffix);
    return is_set(name) || find_parameter(name) ? name : std::string(family->fallback);
}

std::string Config::text_of(std::string_view transport, std::string_view suffix) const {
    return text(family_name(transport, suffix));
}
std::int64_t Config::number_of(std::string_view transport, std::string_view suffix) const {
    return number(family_name(transport, suffix));
}
seconds Config::time_of(std::string_view transport, std::string_view suffix) const {
    return time(family_name(transport, suffix));
}

// ---- names of any origin -----------------------------------------------------------------------

std::optional<std::string> Config::lookup(std::string_view name) const {
    if (!raw_value(name)) return std::nullopt;
    auto expanded = expand_value(name);
    if (!expanded) return std::nullopt;
    return std::move(*expanded);
}

std::optional<std::string> Config::lookup_raw(std::string_view name) const {
    return raw_value(name);
}

Result<std::string> Config::expand(std::string_view text) const {
    return config::expand(text, [this](std::string_view name) { return raw_value(name); });
}

bool Config::is_set(std::string_view name) const {
    return contents_->find(own_name(name)) != nullptr;
}

Error Config::error_in(std::string_view name, std::string_view problem) const {
    const auto* setting = contents_->find(own_name(name));
    const auto where = setting ? setting->where.text() : directory() + "/main.cf";
    return permanent(fmt::format("{}: {}", where, problem));
}

// ---- views -------------------------------------------------------------------------------------

Config Config::with_stress(bool stress) const {
    auto other = *this;
    other.stress_ = stress;
    return other;
}

Config Config::for_lmtp() const {
    auto other = *this;
    other.for_lmtp_ = true;
    return other;
}

bool Config::is_compatible_with(std::string_view level) const {
    return *parse_level(text("compatibility_level")) >= *parse_level(level);
}

std::optional<std::string> Config::backwards_compatible(std::string_view name) const {
    const auto changed = changed_default(name);
    if (!changed || is_set(name) || is_compatible_with(changed->level)) return std::nullopt;
    return fmt::format("using backwards-compatible default setting {}", changed->old);
}

const std::string& Config::directory() const noexcept { return contents_->source.directory; }
const std::string& Config::process_name() const noexcept { return contents_->source.process_name; }
const std::string& Config::service_name() const noexcept { return contents_->source.service_name; }
const std::vector<std::string>& Config::warnings() const noexcept { return contents_->warnings; }
const std::vector<Setting>& Config::settings() const noexcept { return contents_->settings; }

}  // namespace postern::config
