// Fuzzes main.cf, master.cf and the language of values.
#include "lib/config/expansion.h"
#include "lib/config/main_cf.h"
#include "lib/config/master_cf.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto services = config::parse_master_cf(text, "f"))
        for (const auto& service : services->in_effect().entries) fuzz::require(service.columns.size() == 7 && !service.command.empty());

    const auto main_cf = config::parse_main_cf(text, "f");
    const auto value_of = [&](std::string_view name) -> std::optional<std::string> {
        const auto* setting = main_cf ? main_cf->find(name) : nullptr;
        return setting ? std::optional(setting->value) : std::nullopt;
    };
    if (main_cf)
        for (const auto& setting : main_cf->settings) {
            fuzz::require(!setting.name.empty() && setting.where.line > 0);
            // A few names that double each other at every step are a large value, not a mistake.
            if (size < 200) std::ignore = config::expand(setting.value, value_of);
        }
    std::ignore = config::parse_override(text);
    config::for_each_name(text, [](std::string_view) {});
    return 0;
}
