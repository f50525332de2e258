// Header fields with addresses (RFC 5322 section 3.4): From, To, Cc, Reply-To and their like, read
// leniently, as mail in the wild has them: comments, phrases, groups, routes, addresses without
// domain, missing commas. Each address can be replaced; all around it stays as it was.
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
    std::size_t size() const noexcept { return places_.size(); }
    /// The address in external form without comments and blanks: what standard-form rewriting takes.
    std::string external(std::size_t index) const;
    /// The same in internal form; "" for `<>`.
    std::string address(std::size_t index) const;
    /// Its phrase or, with none, its comment: the full name; "" without either.
    std::string full_name(std::size_t index) const;

    /// Puts another address in that place, given in internal or external form. Brackets are added
    /// where a phrase stands beside it.
    void replace(std::size_t index, std::string_view internal);
    void replace_external(std::size_t index, std::string_view external);

    bool changed() const noexcept { return changed_; }
    /// The value as it is written after a change: one address a line, as Postfix lays it out
    /// ("a@example.com,\n b@example.com"); lines are separated by "\n ".
    std::string value() const;

private:
    struct Place {
        std::size_t first, last;          // the tokens of the address itself, [first, last)
        std::size_t entry_first, entry_last;  // with phrase and comments
    };
    void find_places();

    std::vector<Token> tokens_;
    std::vector<Place> places_;
    bool changed_ = false;
};

/// All addresses of a header value, in internal form: what `sendmail -t` sends to.
std::vector<std::string> addresses_in(std::string_view value, std::size_t token_limit = 10240);

/// A display name fit to stand before `<address>`: as it is when all its words are atoms, else in
/// quotes (RFC 5322 phrase).
std::string phrase(std::string_view name);

}  // namespace postern::mail
