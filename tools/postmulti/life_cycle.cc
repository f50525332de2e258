// The life of an instance.
#include "tools/postmulti/life_cycle.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/edit.h"
#include "lib/service/run_program.h"
#include "tools/postmulti/list_edit.h"
#include "tools/postmulti/removal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace postern::postmulti {

namespace {

namespace fs = std::filesystem;

/// All that an action needs.
struct Edit {
    const std::vector<Instance>& instances;
    const Options& options;
    const Log& log;

    const config::Config& primary() const { return instances.front().config; }
    const Instance* instance() const {
        const auto found = std::ranges::find_if(
            instances, [&](const Instance& one) { return one.is_called(*options.instance); });
        return found == instances.end() ? nullptr : &*found;
    }
};

/// Parameters that say where the files are that all instances share.
constexpr const char* shared[] = {"command_directory", "daemon_directory",  "meta_directory",
                                  "shlib_directory",   "mail_owner",        "setgid_group",
                                  "mailq_path",        "newaliases_path",   "sendmail_path",
                                  "manpage_directory", "readme_directory",  "html_directory"};

Result<void> assign(const std::string& directory, const std::vector<config::Assignment>& values) {
    return config::edit_file(directory + "/main.cf", [&](std::string text) -> Result<std::string> {
        return config::assign(text, values);
    });
}

Result<void> require_management(const Edit& edit) {
    if (!edit.primary().text("multi_instance_wrapper").empty()) return success();
    return permanent("multi_instance_wrapper is empty, run 'postmulti -e init' first.");
}

Result<const Instance*> secondary(const Edit& edit) {
    const Instance* found = edit.instance();
    if (!found) return permanent("No instance named " + *edit.options.instance);
    if (found->is_primary) return permanent("Cannot remove the primary instance");
    return found;
}

/// Which instance the new one goes before; "" for the end.
Result<std::string> place_of(const Edit& edit) {
    const auto& [all, options, log] = edit;
    const bool is_before_some = options.instance || options.group;
    if (!is_before_some) return options.is_all && all.size() > 1 ? all[1].directory() : "";
    for (const Instance& one : all)
        if (!one.is_primary && is_chosen(one, options)) return one.directory();
    return permanent("No matching secondary instances");
}

Result<void> check_name(const Options& options) {
    const auto& name = options.new_name;
    if (name && *name != "-" && !name->starts_with("postfix-"))
        return permanent("New instance name must start with 'postfix-'");
    return success();
}

/// "-" means none.
std::string name_or_none(const std::string& text) { return text == "-" ? "" : text; }

/// The directories of a new instance.
struct Directories {
    std::string config, queue, data;
};

/// The primary one's directory with the new name instead of its last part.
std::string beside(const std::string& path, const std::string& name) {
    return (fs::path(path).parent_path() / name).string();
}

/// Where `parameter` of the command line goes; nullptr: it is none of this action.
std::string Directories::* member_for(std::string_view parameter, std::string_view action) {
    if (parameter == "config_directory") return &Directories::config;
    if (action != "create") return nullptr;
    if (parameter == "queue_directory") return &Directories::queue;
    return parameter == "data_directory" ? &Directories::data : nullptr;
}

Result<Directories> directories_of(const Edit& edit) {
    const std::string name = name_or_none(edit.options.new_name.value_or(""));
    Directories found;
    if (!name.empty())
        found = {beside(edit.primary().directory(), name),
                 beside(edit.primary().text("queue_directory"), name),
                 beside(edit.primary().text("data_directory"), name)};
    for (const std::string& word : edit.options.words) {
        const auto parts = cut(word, '=');
        if (!parts) return permanent(fmt::format("Malformed parameter setting '{}'", word));
        const auto member = member_for(parts->first, edit.options.action);
        if (!member)
            return permanent(fmt::format("Parameter '{}' not valid with action {}", parts->first,
                                         edit.options.action));
        if (!parts->second.starts_with('/'))
            return permanent(
                fmt::format("Parameter setting '{}' is not an absolute path", parts->first));
        found.*member = parts->second;
    }
    if (found.config.empty()) return permanent("Missing config_directory parameter value");
    return found;
}

/// What two instances must not have in common.
Result<void> check_conflicts(const Edit& edit, const Directories& wanted, const std::string& name) {
    for (const Instance& one : edit.instances)
        if (one.directory() == wanted.config)
            return permanent(fmt::format("new config_directory={0} is already in use by instance {0}",
                                         wanted.config));
    for (const Instance& one : edit.instances) {
        const std::pair<std::string_view, std::pair<std::string, std::string>> pairs[] = {
            {"multi_instance_name", {name, one.name()}},
            {"queue_directory", {wanted.queue, one.config.text("queue_directory")}},
            {"data_directory", {wanted.data, one.config.text("data_directory")}}};
        for (const auto& [parameter, values] : pairs)
            if (!values.first.empty() && values.first == values.second)
                return permanent(fmt::format("instance {0}, {1}={2} conflicts with instance {3}, "
                                             "{1}={2}",
                                             wanted.config, parameter, values.first, one.directory()));
    }
    return success();
}

Result<void> copy_template(const Edit& edit, const std::string& name, const std::string& directory) {
    const auto text = read_file(edit.primary().text("meta_directory") + "/" + name + ".proto");
    if (!text) return text.error();
    return replace_file(directory + "/" + name, *text, 0644);
}

std::vector<config::Assignment> first_settings(const Edit& edit, const Directories& wanted) {
    std::vector<config::Assignment> values;
    for (const char* name : shared)
        if (edit.primary().is_set(name)) values.push_back({name, edit.primary().raw(name)});
    values.push_back({"queue_directory", wanted.queue});
    values.push_back({"data_directory", wanted.data});
    // It takes no mail before somebody has looked at its configuration.
    values.push_back({"master_service_disable", "inet"});
    values.push_back({"authorized_submit_users", ""});
    return values;
}

Result<void> make_files(const Edit& edit, const Directories& wanted) {
    if (wanted.queue.empty() || wanted.data.empty())
        return permanent(fmt::format("Missing {} parameter value",
                                     wanted.queue.empty() ? "queue_directory" : "data_directory"));
    if (auto made = make_directories(wanted.config, 0755); !made) return made;
    for (const char* name : {"main.cf", "master.cf"})
        if (auto copied = copy_template(edit, name, wanted.config); !copied) return copied;
    return assign(wanted.config, first_settings(edit, wanted));
}

std::vector<config::Assignment> names_of(const Options& options) {
    std::vector<config::Assignment> values;
    if (options.new_group)
        values.push_back({"multi_instance_group", name_or_none(*options.new_group)});
    if (options.new_name) values.push_back({"multi_instance_name", name_or_none(*options.new_name)});
    return values;
}

Result<void> make_folders(const Edit& edit, const std::string& directory) {
    const std::string postfix = edit.primary().text("command_directory") + "/postfix";
    const auto status = service::run_program({postfix, "-c", directory, "check"});
    if (!status) return status.error();
    if (*status != 0) return permanent(fmt::format("postfix -c {} check failed", directory));
    return success();
}

/// Into the list of managed instances, and out of the one of those that are none.
Result<void> enlist(const Edit& edit, const std::string& directory) {
    const auto place = place_of(edit);
    if (!place) return place.error();
    std::vector<config::Assignment> values = {
        {"multi_instance_directories",
         with(edit.primary().list("multi_instance_directories"), directory, *place)}};
    const auto alternate = edit.primary().list("alternate_config_directories");
    if (std::ranges::find(alternate, directory) != alternate.end())
        values.push_back({"alternate_config_directories", without(alternate, directory)});
    return assign(edit.primary().directory(), values);
}

Result<void> take_in(const Edit& edit, const Directories& wanted) {
    auto config = load(wanted.config);
    if (!config) return config.error();
    const std::string name = edit.options.new_name ? name_or_none(*edit.options.new_name)
                                                   : config->text("multi_instance_name");
    const Directories present{wanted.config, config->text("queue_directory"),
                              config->text("data_directory")};
    if (auto free = check_conflicts(edit, present, name); !free) return free;
    if (const auto values = names_of(edit.options); !values.empty())
        if (auto assigned = assign(wanted.config, values); !assigned) return assigned;
    if (auto made = make_folders(edit, wanted.config); !made) return made;
    return enlist(edit, wanted.config);
}

Result<void> init(const Edit& edit) {
    return assign(edit.primary().directory(),
                  {{"multi_instance_wrapper", "${command_directory}/postmulti -p --"},
                   {"multi_instance_enable", "yes"}});
}

Result<void> import(const Edit& edit) {
    if (auto managed = require_management(edit); !managed) return managed;
    if (auto named = check_name(edit.options); !named) return named;
    const auto wanted = directories_of(edit);
    if (!wanted) return wanted.error();
    return take_in(edit, *wanted);
}

Result<void> create(const Edit& edit) {
    if (auto managed = require_management(edit); !managed) return managed;
    if (auto named = check_name(edit.options); !named) return named;
    const auto wanted = directories_of(edit);
    if (!wanted) return wanted.error();
    if (const auto place = place_of(edit); !place) return place.error();   // before files are made
    const bool is_there = fs::exists(wanted->config + "/main.cf") &&
                          fs::exists(wanted->config + "/master.cf");
    if (is_there) return take_in(edit, *wanted);
    const std::string name = name_or_none(edit.options.new_name.value_or(""));
    if (auto free = check_conflicts(edit, *wanted, name); !free) return free;
    if (auto made = make_files(edit, *wanted); !made) return made;
    return take_in(edit, *wanted);
}

/// `alternate`: the value that alternate_config_directories is to have.
Result<void> strike_off(const Edit& edit, const std::string& directory, std::string alternate) {
    std::vector<config::Assignment> values = {
        {"multi_instance_directories",
         without(edit.primary().list("multi_instance_directories"), directory)}};
    if (alternate != edit.primary().text("alternate_config_directories"))
        values.push_back({"alternate_config_directories", std::move(alternate)});
    return assign(edit.primary().directory(), values);
}

/// The set-gid commands still know its directory.
Result<void> deport(const Edit& edit) {
    const auto found = secondary(edit);
    if (!found) return found.error();
    const std::string directory = (*found)->directory();
    return strike_off(edit, directory,
                      with(edit.primary().list("alternate_config_directories"), directory, ""));
}

Result<void> destroy(const Edit& edit) {
    const auto found = secondary(edit);
    if (!found) return found.error();
    if (auto may = may_be_removed(**found); !may) return may;
    remove(**found, edit.log);
    const std::string directory = (*found)->directory();
    return strike_off(edit, directory,
                      without(edit.primary().list("alternate_config_directories"), directory));
}

Result<void> assign_to_instance(const Edit& edit, const std::vector<config::Assignment>& values) {
    if (auto managed = require_management(edit); !managed) return managed;
    const Instance* found = edit.instance();
    if (!found) return permanent("No instance named " + *edit.options.instance);
    return assign(found->directory(), values);
}

Result<void> enable(const Edit& edit) {
    return assign_to_instance(edit, {{"multi_instance_enable", "yes"}});
}

Result<void> disable(const Edit& edit) {
    return assign_to_instance(edit, {{"multi_instance_enable", "no"}});
}

Result<void> rename(const Edit& edit) {
    if (auto named = check_name(edit.options); !named) return named;
    if (const auto& name = edit.options.new_name; name && *name != "-")
        for (const Instance& one : edit.instances)
            if (one.name() == *name && !one.is_called(*edit.options.instance))
                return permanent(fmt::format(
                    "multi_instance_name={} conflicts with instance {}", *name, one.directory()));
    return assign_to_instance(edit, names_of(edit.options));
}

struct Action {
    std::string_view name;
    Result<void> (*perform)(const Edit&);
};

constexpr Action table[] = {{"init", init},       {"create", create}, {"import", import},
                            {"destroy", destroy}, {"deport", deport}, {"enable", enable},
                            {"disable", disable}, {"assign", rename}};

}  // namespace

Result<void> edit(const std::vector<Instance>& instances, const Options& options, const Log& log) {
    const auto action = std::ranges::find(table, options.action, &Action::name);
    return action->perform({instances, options, log});   // parse_options knows the same names
}

}  // namespace postern::postmulti
