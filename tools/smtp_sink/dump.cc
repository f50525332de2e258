// Dumping messages.
#include "tools/smtp_sink/dump.h"

#include "lib/base/fd.h"

#include <fmt/format.h>

#include <ctime>
#include <filesystem>

namespace postern::smtp_sink {

namespace {

std::string expand_time(const std::string& format, WallTime when) {
    const std::time_t seconds = to_unix(when);
    tm local{};
    ::localtime_r(&seconds, &local);
    char text[4096] = "";
    const std::size_t size = std::strftime(text, sizeof text, format.c_str(), &local);
    return {text, size};
}

Result<Fd> open_dump(const DumpPlace& place, std::uint32_t id, WallTime when) {
    std::string path = expand_time(place.template_text, when);
    if (place.is_one_file_each) path += fmt::format("{:x}", id);
    const std::string folder = std::filesystem::path(path).parent_path();
    if (!folder.empty())
        if (auto made = make_directories(folder, 0755); !made) return made.error();
    return open_file(path, O_WRONLY | O_CREAT | O_APPEND | (place.is_one_file_each ? O_EXCL : 0), 0644);
}

}  // namespace

std::string dump_headers(const Transaction& transaction, WallTime when) {
    std::string text = fmt::format("X-Client-Addr: {}\nX-Client-Proto: {}\n",
                                   transaction.client_address, transaction.protocol);
    if (transaction.has_helo) text += fmt::format("X-Helo-Args: {}\n", transaction.helo);
    text += fmt::format("X-Mail-Args: {}\n", transaction.mail);
    for (const std::string& recipient : transaction.recipients)
        text += fmt::format("X-Rcpt-Args: {}\n", recipient);
    text += fmt::format("Received: from {} ([{}])\n\tby {} (smtp-sink) with {} id {:x};\n\t{}\n",
                        transaction.has_helo ? transaction.helo : transaction.client_address,
                        transaction.client_address, transaction.host, transaction.protocol,
                        transaction.id, mail_date(when));
    return text;
}

Result<void> dump(const DumpPlace& place, const Transaction& transaction, std::string_view content,
                  WallTime when) {
    const auto file = open_dump(place, transaction.id, when);
    if (!file) return file.error();
    // In one write, so that messages of several sessions do not mix in one file.
    const std::string text =
        fmt::format("{}{}{}\n", place.start, dump_headers(transaction, when), content);
    return write_all(file->get(), text, place.template_text);
}

}  // namespace postern::smtp_sink
