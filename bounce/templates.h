// What notifications say to people: built-in texts, or those of bounce_template_file (bounce(5)).
#pragma once

#include "lib/config/config.h"

#include <array>
#include <string>
#include <string_view>

namespace postern::bounce {

enum class TemplateKind { failure, delay, success, verify };
inline constexpr std::array all_templates = {TemplateKind::failure, TemplateKind::delay,
                                             TemplateKind::success, TemplateKind::verify};
/// "failure"
std::string_view name_of(TemplateKind kind);

struct Template {
    std::string charset, from, subject, postmaster_subject;
    std::string text;   ///< lines, each with its newline; $names not expanded
};

class Templates {
public:
    /// The built-in ones.
    Templates();
    /// With those of a file's text instead, as far as it has them. Error: permanent, with the line.
    static Result<Templates> parse(std::string_view text, const std::string& file);

    const Template& of(TemplateKind kind) const { return templates_[static_cast<std::size_t>(kind)]; }

private:
    std::array<Template, 4> templates_;
};

/// The text with its $names expanded: parameters, and time parameters with a unit in their name
/// (delay_warning_time_hours). Error: bad syntax.
Result<std::string> expand(const Template& which, const config::Config& config);

/// For postconf -t and -b: all templates, and all expanded texts.
std::string dump(const Templates& templates);
Result<std::string> dump_expanded(const Templates& templates, const config::Config& config);

}  // namespace postern::bounce
