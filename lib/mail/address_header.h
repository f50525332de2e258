// Header fields with addresses (RFC 5322 section 3.4): From, To, Cc, Reply-To and their like, read
// leniently, as mail in the wild has them: comments, phrases, groups, routes, addresses without
// domain, missing commas. Each address can be replaced; the text around it stays.
#pragma once

#include "lib/mail/token.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::mail {

class AddressHeader {
public:
    /// Reads the value of a field (after the colon, folded or not). Never fails: what cannot be
    /// read stays text. Past `token_limit` tokens (header_address_token_limit) the rest is dropped.
    explicit AddressHeader(std::string_view value, std::size_t token_limit = 10240);

    /// How many addresses there are, members of groups included, in the order of the text.
    std::size_t size() const noexcept { return entries_.size(); }
    /// The address as it was written, without comments and blanks: what is rewritten.
    const std::string& external(std::size_t index) const;
    /// The same in internal form; "" for `<>`.
    std::string address(std::size_t index) const;
    /// Its phrase, without quotes, or, with none, its first comment, without parentheses: the full
    /// name; "" without either.
    const std::string& full_name(std::size_t index) const { return entries_[index].full_name; }

    /// Puts another address, in external form, in that place.
    void replace(std::size_t index, std::string external);
    /// True when one of replace() was a change.
    bool changed() const noexcept { return changed_; }

    /// The field anew, "Name: value": blanks normalised, comments after their address, missing
    /// commas put in, and a new line ("\n\t") before an entry with which its line would have 70
    /// bytes or more.
    std::string field(std::string_view name) const;

private:
    struct Piece {
        Token token;  // of an address: its external form, as an atom
        bool is_address = false;
    };
    struct Entry {
        std::size_t piece;  // where its address is
        std::string full_name;
    };
    friend class AddressListParser;

    std::vector<Piece> pieces_;
    std::vector<Entry> entries_;
    bool changed_ = false;
};

/// All addresses of a header value, in internal form: what `sendmail -t` sends to.
std::vector<std::string> addresses_in(std::string_view value, std::size_t token_limit = 10240);

/// A display name fit to stand before `<address>`: as it is when all its words are atoms, else in
/// quotes (RFC 5322 phrase).
std::string phrase(std::string_view name);

}  // namespace postern::mail
