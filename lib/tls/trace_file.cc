// Trace files; see the header.
#include "lib/tls/trace_file.h"

#include "lib/base/strings.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

namespace postern::tls {

Result<std::unique_ptr<TraceFile>> TraceFile::create(const std::string& folder, const std::string& process,
                                                     const std::string& peer, WallTime now, std::size_t limit) {
    const auto since = now.time_since_epoch();
    const auto whole = std::chrono::duration_cast<seconds>(since);
    const auto rest = std::chrono::duration_cast<microseconds>(since - whole);
    std::string path = fmt::format("{}/{}-{:%Y%m%d%H%M%S}.{:06}-{}-XXXXXX", folder, process,
                                   fmt::localtime(static_cast<std::time_t>(whole.count())), rest.count(), peer);
    Fd file(::mkostemp(path.data(), O_CLOEXEC));
    if (!file) return system_error(path);
    return std::unique_ptr<TraceFile>(new TraceFile(std::move(file), std::move(path), limit));
}

void TraceFile::write(std::string_view text) {
    constexpr std::string_view cut_note = "\n--- the trace ends here: it has reached its size limit ---\n";
    const bool is_last = text.size() > left_;
    std::string piece(text.substr(0, left_));
    left_ -= piece.size();
    if (is_last) piece += cut_note;
    std::ignore = ::write(file_.get(), piece.data(), piece.size());   // a full disk costs the trace only
}

void TraceFile::add(int is_sent, int version, int content_type, const void* bytes, std::size_t size, SSL* ssl) {
    if (left_ == 0 || content_type == SSL3_RT_APPLICATION_DATA) return;
    const BioHandle memory(BIO_new(BIO_s_mem()));
    SSL_trace(is_sent, version, content_type, bytes, size, ssl, memory.get());
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    if (length > 0) write({text, static_cast<std::size_t>(length)});
}

}  // namespace postern::tls
