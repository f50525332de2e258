// A log whose lines a test can read.
#pragma once

#include "lib/base/log.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace postern {

class CollectedLines {
public:
    CollectedLines() : book_("test") { book_.add(std::make_unique<Sink>(lines_)); }

    Log log() { return Log(book_); }
    /// All lines so far, each with its severity and ended by a newline.
    std::string text() {
        book_.flush();
        std::string all;
        for (const std::string& line : lines_)
            all += line + "\n";
        return all;
    }

private:
    class Sink final : public LogSink {
    public:
        explicit Sink(std::vector<std::string>& lines) : lines_(lines) {}
        milliseconds patience() const noexcept override { return milliseconds(0); }
        std::size_t write(std::span<const LogLine> lines, bool) override {
            for (const LogLine& line : lines)
                lines_.push_back(std::string(severity_prefix(line.severity)) + line.text);
            return lines.size();
        }

    private:
        std::vector<std::string>& lines_;
    };

    std::vector<std::string> lines_;
    LogBook book_;
};

}  // namespace postern
