// A client with everything around it: a spool in a temporary folder, names from a table, log lines
// that can be looked at.
#pragma once

#include "lib/queue/queue_file_writer.h"
#include "smtp/courier.h"
#include "tests/unit/fake_resolver.h"
#include "tests/unit/smtp/fake_server.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace postern::smtp::test {

using service::Outcome;

/// Keeps what is logged.
class Lines final : public LogSink {
public:
    explicit Lines(std::vector<std::string>& lines) : lines_(lines) {}
    milliseconds patience() const noexcept override { return milliseconds(0); }
    std::size_t write(std::span<const LogLine> lines, bool) override {
        for (const LogLine& line : lines)
            lines_.push_back(std::string(severity_prefix(line.severity)) + line.text);
        return lines.size();
    }

private:
    std::vector<std::string>& lines_;
};

class Folder {
public:
    Folder() {
        char name[] = "/tmp/smtp-test-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

inline Settings settings_of(const std::string& main_cf, bool is_lmtp) {
    auto config = config::Config::from_text(
        "myhostname = mail.example\nmydomain = example\ninet_protocols = ipv4\n"
        "smtp_randomize_addresses = no\nsmtp_tls_security_level = none\n"
        "lmtp_tls_security_level = none\nmydestination = example\n" + main_cf);
    if (!config) FAIL(config.error().text);
    return Settings(*config, is_lmtp);
}

struct Lab {
    explicit Lab(const std::string& main_cf = "", bool is_lmtp = false)
        : settings(settings_of(main_cf, is_lmtp)) {
        book.add(std::make_unique<Lines>(log));
        std::filesystem::create_directory(folder.path() + "/active");
    }

    event::Loop loop;
    Folder folder;
    std::vector<std::string> log;
    LogBook book{"postfix/smtp"};
    report::Wording wording;
    report::Counters counters;
    Settings settings;
    Flags flags;
    Tables tables;
    FakeResolver dns;
    event::Pool names{loop, 0};
    queue::Spool spool = *queue::Spool::open(folder.path(), {});
    delivery::Circumstances circumstances{
        spool, Reporter(Log(book), wording, counters), system_clock(), false};
    nexthop::MailExchangers exchangers{settings.servers, dns, names, {"192.0.2.25"}, Log(book)};
    KeptSessions kept{loop, settings, {}};
    Office office{loop, settings, flags, exchangers, kept, tables, Log(book)};

    /// A message in active/ and the request to deliver it to `nexthop`.
    service::DeliveryRequest request(const std::string& nexthop,
                                     const std::vector<std::string>& recipients,
                                     const std::string& content = "Subject: x\n\nhello\n") {
        auto file = queue::QueueFileWriter::create(spool, system_clock().wall(),
                                                   {.queue = queue::Queue::active});
        if (!file) FAIL(file.error().text);
        service::DeliveryRequest request;
        request.queue_id = file->id().text();
        request.nexthop = nexthop;
        request.sender = "sender@example";
        request.arrival = request.active = request.handed_over = system_clock().wall();
        for (const std::string& address : recipients) {
            request.recipients.push_back({address, "", "", 0, file->position()});
            REQUIRE(file->append(queue::RecordType::recipient, address));
        }
        REQUIRE(file->append(queue::RecordType::content, ""));
        request.data_offset = file->position();
        for (std::string_view rest = content; !rest.empty();) {
            const auto end = rest.find('\n');
            REQUIRE(file->append(end == rest.npos ? queue::RecordType::long_line
                                                  : queue::RecordType::line,
                                 rest.substr(0, end)));
            rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
        }
        REQUIRE(file->append(queue::RecordType::extracted, ""));
        REQUIRE(file->append(queue::RecordType::end, ""));
        request.message_size = static_cast<std::int64_t>(content.size());
        REQUIRE(file->finish({}));
        file->keep();
        return request;
    }

    service::DeliveryReply deliver(service::DeliveryRequest request) {
        auto job = delivery::Job::open(circumstances, std::move(request));
        if (!job) FAIL(job.error().text);
        loop.run(smtp::deliver(office, *job));
        book.flush();
        auto reply = job->reply();
        std::sort(reply.results.begin(), reply.results.end(), [](const auto& a, const auto& b) {
            return a.recipient < b.recipient;
        });
        return reply;
    }
    service::DeliveryReply deliver(const std::string& nexthop,
                                   const std::vector<std::string>& recipients) {
        return deliver(request(nexthop, recipients));
    }
    service::DeliveryResult deliver_one(const std::string& nexthop) {
        return deliver(nexthop, {"user@remote.example"}).results.at(0);
    }
    /// smtp_connection_cache_destinations
    void keep_always(std::string_view destinations) {
        table::Registry registry(table::Settings{}, {});
        tables.kept_destinations = *mail::DomainList::open("smtp_connection_cache_destinations", destinations,
                                                           mail::Subdomains::never, registry);
    }
    bool has_logged(std::string_view text) const {
        for (const std::string& line : log)
            if (line.find(text) != line.npos) return true;
        return false;
    }
};

inline std::string at(const FakeServer& server) {
    return "[127.0.0.1]:" + std::to_string(server.port());
}
/// "127.0.0.1[127.0.0.1]": how messages call that server.
inline const std::string where = "127.0.0.1[127.0.0.1]";

}  // namespace postern::smtp::test
