// Actions of access tables; see the header.
#include "smtpd/rules/access_action.h"

#include "lib/base/strings.h"
#include "lib/mail/header_field.h"
#include "smtpd/rules/rulebook.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace postern::smtpd {

namespace {

struct Request {
    Evaluation& evaluation;
    std::string_view text;  // after the action's name
    std::string_view name, its_class, table;

    std::string about(std::string_view otherwise) const {
        return fmt::format("<{}>: {} rejected: {}", name, its_class,
                           text.empty() ? otherwise : text);
    }
    /// For the log: "<name>: Recipient address triggers HOLD action".
    std::string that(std::string_view happens) const {
        return fmt::format("<{}>: {} {}", name, its_class, happens);
    }
    Transaction* mail() const { return evaluation.session().mail.get(); }
    /// An action whose text, where there is one, says why.
    void report_why(std::string_view action, std::string_view otherwise) const {
        evaluation.report(action, that(text.empty() ? otherwise : text));
    }
    /// An action whose text is what it acts with: "triggers FILTER smtp:[127.0.0.1]".
    void report_with(std::string_view action, std::string_view name_in_text) const {
        evaluation.report(action, that(fmt::format("triggers {} {}", name_in_text, text)));
    }
    /// Logs why the action cannot be done: the message goes to a filter before it could go into the
    /// queue, or there is none.
    bool is_impossible(std::string_view action) const {
        if (!evaluation.house().proxy_filter) return has_no_message(action);
        evaluation.session().reporter.log().warning(
            "access table {}: with smtpd_proxy_filter specified, action {} is unavailable", table,
            action);
        return true;
    }
    bool has_no_message(std::string_view action) const {
        if (mail()) return false;
        const Log log = evaluation.session().reporter.log();
        if (evaluation.stage() == "ETRN")
            log.warning("access table {}: action {} is unavailable in smtpd_etrn_restrictions",
                        table, action);
        else
            log.warning(
                "access table {}: with smtpd_delay_reject=no, action {} is always skipped "
                "in Client host or Helo command restrictions",
                table, action);
        return true;
    }
    void warn(std::string_view needs) const {
        evaluation.session().reporter.log().warning("access table {} entry \"{}\" {}", table,
                                                    printable(name), needs);
    }
};

/// A refusal with the administrator's text, which may begin with a status code.
Verdict refusal(const Request& request, int code, std::string_view status,
                std::string_view otherwise) {
    const auto coded = mail::split_coded_text(request.text, *mail::StatusCode::parse(status));
    Request said = request;
    said.text = coded.text;
    Reply refused{code, mail::agreeing(coded.code, code), said.about(otherwise)};
    return reject(std::move(refused));
}

using Act = Verdict (*)(const Request&);

Verdict say_reject(const Request& request) {
    return refusal(request, request.evaluation.settings().codes.access_map, "5.7.1",
                   "Access denied");
}
Verdict say_defer(const Request& request) {
    return refusal(request, request.evaluation.settings().codes.access_map_defer, "4.7.1",
                   "Access denied");
}
Verdict say_defer_if_reject(const Request& request) {
    return request.evaluation.defer_if_reject(
        refusal(request, request.evaluation.settings().codes.access_map_defer, "4.7.1",
                "Service unavailable"));
}
Verdict say_defer_if_permit(const Request& request) {
    return request.evaluation.defer_if_permit(
        refusal(request, request.evaluation.settings().codes.access_map_defer, "4.7.1",
                "Service unavailable"));
}
Verdict say_dunno(const Request&) {
    return dunno();
}
Verdict say_ok(const Request&) {
    return permit();
}

Verdict say_warn(const Request& request) {
    request.evaluation.report("warn", request.text);
    return dunno();
}
Verdict say_info(const Request& request) {
    request.evaluation.report("info", request.text);
    return dunno();
}
Verdict say_hold(const Request& request) {
    if (request.is_impossible("HOLD")) return dunno();
    if (!std::exchange(request.mail()->actions.holds, true))
        request.report_why("hold", "triggers HOLD action");
    return dunno();
}
Verdict say_discard(const Request& request) {
    if (request.is_impossible("DISCARD")) return dunno();
    request.report_why("discard", "triggers DISCARD action");
    request.mail()->actions.discards = true;
    return permit();
}
Verdict say_filter(const Request& request) {
    if (request.is_impossible("FILTER")) return dunno();
    if (request.text.find(':') == std::string_view::npos) {
        request.warn(request.text.empty() ? "has FILTER entry without value"
                                          : "requires transport:destination");
        return dunno();
    }
    request.report_with("filter", "FILTER");
    request.mail()->actions.content_filter = request.text;
    return dunno();
}
Verdict say_redirect(const Request& request) {
    if (request.is_impossible("REDIRECT")) return dunno();
    if (request.text.find('@') == std::string_view::npos) {
        request.warn("requires user@domain target");
        return dunno();
    }
    request.report_with("redirect", "REDIRECT");
    request.mail()->actions.redirect = request.text;
    return dunno();
}
Verdict say_bcc(const Request& request) {
    if (request.is_impossible("BCC")) return dunno();
    if (request.text.find('@') == std::string_view::npos) {
        request.warn("requires user@domain target");
        return dunno();
    }
    request.report_with("bcc", "BCC");
    request.mail()->actions.bcc.emplace_back(request.text);
    return dunno();
}
Verdict say_prepend(const Request& request) {
    if (request.has_no_message("PREPEND")) return dunno();
    // Any other line would end the header, and all that follows would be text.
    if (!mail::begins_field(request.text)) {
        request.warn("requires header: text");
        return dunno();
    }
    request.mail()->actions.prepend.emplace_back(request.text);
    return dunno();
}

constexpr struct {
    std::string_view name;
    Act act;
    bool is_logged = false;  // at once
} actions[] = {
    {"OK", say_ok},
    {"DUNNO", say_dunno},
    {"REJECT", say_reject},
    {"DEFER", say_defer},
    {"DEFER_IF_REJECT", say_defer_if_reject},
    {"DEFER_IF_PERMIT", say_defer_if_permit},
    {"WARN", say_warn, true},
    {"INFO", say_info, true},
    {"HOLD", say_hold, true},
    {"DISCARD", say_discard, true},
    {"FILTER", say_filter, true},
    {"REDIRECT", say_redirect, true},
    {"BCC", say_bcc, true},
    {"PREPEND", say_prepend},
};

bool is_refusing_code(std::string_view word) {
    return word.size() == 3 && is_all_digits(word) && (word[0] == '4' || word[0] == '5');
}

}  // namespace

Task<Verdict> obey_access(Evaluation& evaluation, std::string action, std::string name,
                          std::string_view its_class, std::string_view table) {
    const std::string_view line = trim(action);
    const auto end = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view word = line.substr(0, end);
    const Request request{evaluation, trim(line.substr(end)), name, its_class, table};
    // All digits, as programs that relay after a POP login write it: permit.
    if (is_all_digits(line)) co_return permit();
    if (is_refusing_code(word)) {
        const int code = static_cast<int>(*parse_number(word));
        co_return refusal(request, code, code < 500 ? "4.7.1" : "5.7.1", "Access denied");
    }
    for (const auto& known : actions) {
        if (!same(known.name, word)) continue;
        if (known.is_logged) co_await name_accepted(evaluation.session());
        co_return known.act(request);
    }
    const RuleList& rules = evaluation.house().rules.parse(line, evaluation.list_name());
    if (rules.empty())
        evaluation.session().reporter.log().warning("access table {} entry {} has empty value",
                                                    table, printable(line));
    co_return co_await evaluation.run_nested(rules, std::move(name), its_class);
}

}  // namespace postern::smtpd
