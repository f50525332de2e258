// Delivery to commands; see the header.
#include "services/pipe/delivery.h"

#include "lib/base/strings.h"
#include "lib/delivery/command.h"
#include "lib/delivery/copy.h"
#include "lib/delivery/loop_check.h"
#include "lib/delivery/mbox.h"
#include "lib/mail/address.h"
#include "lib/service/program.h"
#include "services/pipe/content.h"

#include <fmt/format.h>

#include <optional>

namespace postern::pipe {

using delivery::Settlement;

namespace {

Settlement misconfigured() {
    return Settlement::failed({4, 3, 5}, "mail system configuration error");
}

/// One message in the hands of one service.
class Delivery {
public:
    Delivery(const Service& service, delivery::Job& job)
        : service_(service),
          attributes_(service.attributes),
          job_(job),
          recipients_(job.open_recipients()) {}

    Task<void> run() {
        if (auto refusal = check()) co_return co_await settle(std::move(*refusal));
        co_await settle_loops();
        recipients_ = job_.open_recipients();
        if (!recipients_.empty()) co_await settle(run_command());
    }

private:
    /// Why the message as a whole is not delivered.
    std::optional<Settlement> check() const {
        const Flags& flags = attributes_.flags;
        if (recipients_.size() > 1 && (flags.adds_delivered_to || flags.adds_original_to)) {
            service_.log.warning("pipe flag `{}' requires {}_destination_recipient_limit = 1",
                                 flags.adds_delivered_to ? 'D' : 'O', service_.name);
            return misconfigured();
        }
        const auto size = job_.request().message_size;
        if (attributes_.size && static_cast<config::ByteCount>(size) > *attributes_.size)
            return Settlement::failed({5, 2, 3}, "message too large");
        return std::nullopt;
    }

    /// Recipients to whom this message was delivered before, as flag D tells.
    Task<void> settle_loops() {
        if (!attributes_.flags.adds_delivered_to) co_return;
        const auto seen = delivery::delivered_to(job_.content());
        if (!seen) co_return;  // damage shows when the content is read
        for (const std::size_t index : recipients_) {
            const std::string& address = job_.request().recipients[index].address;
            if (!delivery::is_among(*seen, address)) continue;
            auto loop = Settlement::failed(
                {5, 4, 6}, fmt::format("mail forwarding loop for {}", mail::external(address)));
            loop.relay = service_.name;
            job_.settle(index, co_await service_.filter.filtered(std::move(loop)));
        }
    }

    Settlement run_command() {
        auto arguments = ArgumentExpander(attributes_, service_.syntax, job_, recipients_).expand();
        if (!arguments) {
            service_.log.warning("file {}/master.cf: service {}: {}", service_.directory,
                                 service_.name, arguments.error().text);
            return misconfigured();
        }
        const std::string program = arguments->empty() ? "" : arguments->front();
        if (job_.request().for_verification)
            return Settlement::sent("delivers to command: " + program);
        job_.stages().sending = service_.loop.clock().wall();
        auto result = delivery::run_command(spec(std::move(*arguments)), head(),
                                            shaped(job_.content(), attributes_));
        if (!result)
            return Settlement::failed({4, 3, 0},
                                      "unable to execute command: " + result.error().text);
        return judged(*result, program);
    }

    Settlement judged(const delivery::CommandResult& result, const std::string& program) const {
        auto verdict = delivery::judge(result, program);
        if (!verdict.status.is_success())
            return Settlement::failed(verdict.status, std::move(verdict.text))
                .diagnosed(std::move(verdict.diagnosis));
        const std::string said = verdict.text.empty() ? "" : fmt::format(" ({})", verdict.text);
        auto sent =
            Settlement::sent(fmt::format("delivered via {} service{}", service_.name, said));
        sent.action = attributes_.flags.is_final ? "delivered" : "relayed";
        return sent;
    }

    delivery::CommandSpec spec(std::vector<std::string> arguments) const {
        delivery::CommandSpec spec;
        spec.arguments = std::move(arguments);
        spec.identity = attributes_.identity;
        spec.chroot = attributes_.chroot;
        spec.directory = attributes_.directory;
        spec.environment = service_.environment;
        spec.time_limit = service_.time_limit;
        return spec;
    }

    std::string head() const {
        const auto& recipient = job_.request().recipients[recipients_.front()];
        const std::string& sender = job_.request().sender;
        const std::string shown = sender.empty() ? attributes_.null_sender : mail::external(sender);
        Head head;
        head.from_line = trim_right(delivery::from_line(
            sender.empty() ? attributes_.null_sender : sender, service_.loop.clock().wall()));
        head.return_path = shown;
        if (service_.enable_original_recipient)
            head.original_to = mail::external(recipient.original);
        head.delivered_to = mail::external(recipient.address);
        return head_text(head, attributes_);
    }

    /// The same for all that are open.
    Task<void> settle(Settlement settlement) {
        settlement.relay = service_.name;
        const Settlement final = co_await service_.filter.filtered(std::move(settlement));
        job_.settle_all(final);
    }

    const Service& service_;
    const Attributes& attributes_;
    delivery::Job& job_;
    std::vector<std::size_t> recipients_;
};

}  // namespace

Service::Service(const config::Config& config, Attributes its_attributes,
                 delivery::StatusFilter its_filter, event::Loop& its_loop, const Log& its_log)
    : name(config.service_name()),
      directory(config.text("config_directory")),
      attributes(std::move(its_attributes)),
      syntax{config.text("recipient_delimiter"), config.boolean("owner_request_special")},
      enable_original_recipient(config.boolean("enable_original_recipient")),
      time_limit(config.time_of(config.service_name(), "time_limit")),
      environment(service::program_environment(config)),
      filter(std::move(its_filter)),
      loop(its_loop),
      log(its_log) {}

Task<void> deliver(const Service& service, delivery::Job& job) {
    Delivery delivery(service, job);
    co_await delivery.run();
}

}  // namespace postern::pipe
