// A lookup table that a test fills.
#pragma once

#include "lib/table/table.h"

#include <map>
#include <string>

namespace postern {

class FakeTable final : public table::Table {
public:
    /// The lookup of `down` fails for the time being.
    explicit FakeTable(std::map<std::string, std::string> entries, std::string down = {})
        : entries_(std::move(entries)), down_(std::move(down)) {}

    Answer<table::Found> find(std::string_view key) override {
        if (!down_.empty() && key == down_) return table::Found(temporary("ldap: connection refused"));
        const auto found = entries_.find(std::string(key));
        return table::Found(found == entries_.end() ? std::optional<std::string>() : found->second);
    }
    const std::string& name() const override { return name_; }

private:
    const std::map<std::string, std::string> entries_;
    const std::string down_;
    const std::string name_ = "fake:table";
};

}  // namespace postern
