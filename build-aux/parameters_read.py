#!/usr/bin/env python3
"""Which parameters the sources read: prints the rows of tools/postfix/parameters_read.cc.

    build-aux/parameters_read.py TOP

A parameter of the catalogue is read where its name stands in quotes in a source of a room or of
lib/ outside of the catalogue. One whose name another one's default has ("$name") is read where
that one is; "lmtp_x" is where smtp reads "smtp_x" in its name, and has its row from that of "smtp_x"
(lib/config/catalogue/lmtp.h); "x_SUFFIX" where "SUFFIX" of a family is. A name that is put together is
read where its beginning, "smtpd_tls_", stands in quotes in a source that includes the header of the
one that completes it: `prefix + "cert_file"`, and nothing else counts as completing. The outcome is
sorted, and depends on the sources only.
"""
import collections
import pathlib
import re
import sys

ROW = re.compile(r'\b(?:text|late_text|boolean|number|byte_count|time|computed)\(\s*"([A-Za-z0-9_]+)"')
FAMILY = re.compile(r'\{"([a-z_]+)",\s*"([a-z_]+)"\}')
QUOTED = re.compile(r'"([A-Za-z0-9_]+)"')
PREFIX = re.compile(r'"([a-z0-9_]+_)"')
COMPLETED = re.compile(r'\bprefix_?\s*\+\s*"([A-Za-z0-9_]+)"')
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
DEFAULT_NAMES = re.compile(r'\$[({]?([a-z0-9_]+)')
# lib/config knows names without reading them: their rows, old names, what the build sets.
KNOWS_ONLY = ('lib/config/catalogue', 'lib/config/deprecated', 'lib/config/compatibility',
              'lib/config/installation')
# Parameters whose defaults name others to permit their tables, not to use what they say.
PERMITS_ONLY = ('proxy_read_maps', 'proxy_write_maps')
# Those that list parameters for others, or print them.
LISTS_ONLY = ('postconf/', 'tools/postmulti/life_cycle', 'tools/postfix/without_effect')


def rows(top):
    """Each parameter with the text of its row, in which its default is."""
    found = {}
    for header in sorted((top / 'lib/config/catalogue').glob('*.h')):
        text = header.read_text()
        starts = [(match.start(), match[1]) for match in ROW.finditer(text)]
        ends = [start for start, _ in starts[1:]] + [len(text)]
        for (start, name), end in zip(starts, ends):
            found[name] = text[start:end]
    smtp_only = QUOTED.findall((top / 'lib/config/catalogue/lmtp.h').read_text())
    for name, row in list(found.items()):
        if name.startswith('smtp_') and name not in smtp_only:
            found.setdefault(lmtp_twin(name), row.replace('smtp_', 'lmtp_'))
    return found


def lmtp_twin(name):
    return 'lmtp_' + name[5:].replace('ehlo', 'lhlo').replace('helo', 'lhlo')


def families(top):
    return dict(FAMILY.findall((top / 'lib/config/catalogue.cc').read_text()))


def room_of(path):
    """The folder that is a room: smtpd, services/flush, lib/dns."""
    parts = path.parts
    return '/'.join(parts[:2] if parts[0] in ('lib', 'services', 'tools') else parts[:1])


def sources(top):
    """The sources that may read a parameter: path and text."""
    for path in sorted([*top.rglob('*.cc'), *top.rglob('*.h')]):
        place = path.relative_to(top)
        others = place.parts[0].startswith(('tests', 'build', 'bench', 'postern-'))
        if not others and not place.as_posix().startswith(KNOWS_ONLY + LISTS_ONLY):
            yield place, path.read_text()


def headers_below(name, includes, seen):
    """All headers that a source includes, directly or through others."""
    for header in includes.get(name, ()):
        if header not in seen:
            seen.add(header)
            headers_below(header, includes, seen)
    return seen


def put_together(texts):
    """Names made of a beginning and an end, with the rooms that make them."""
    includes = {place.as_posix(): INCLUDE.findall(text) for place, text in texts}
    ends = {}
    for place, text in texts:
        if found := COMPLETED.findall(text):
            ends[place.as_posix()] = set(found)
    names = collections.defaultdict(set)
    for place, text in texts:
        name = place.as_posix()
        seen = headers_below(name, includes, {name})
        for source, words in ends.items():
            if source not in seen and source.removesuffix('.cc') + '.h' not in seen:
                continue
            for beginning in PREFIX.findall(text):
                for word in words:
                    names[beginning + word].add(room_of(place))
    return names


def quoted_names(top):
    """Quoted words, and names put together, with the rooms in which they stand."""
    texts = list(sources(top))
    places = put_together(texts)
    for place, text in texts:
        for word in QUOTED.findall(text):
            places[word].add(room_of(place))
    return places


def readers(top):
    table, places, suffixes = rows(top), quoted_names(top), families(top)
    found = {name: set(places.get(name, ())) for name in table}
    for name in table:
        for suffix, fallback in suffixes.items():
            if name.endswith('_' + suffix):
                found[name] |= places.get(suffix, set())
            if name == fallback:
                found[name] |= places.get(suffix, set())
        if name.startswith('lmtp_'):
            twin = next((one for one in found if lmtp_twin(one) == name and one.startswith('smtp_')), '')
            found[name] |= found.get(twin, set()) & {'smtp'} or places.get(twin, set())
    is_changed = True
    while is_changed:
        is_changed = False
        for name, row in table.items():
            if name in PERMITS_ONLY:
                continue
            for other in DEFAULT_NAMES.findall(row):
                if other in found and other != name and not found[name] <= found[other]:
                    found[other] |= found[name]
                    is_changed = True
    return found


def main():
    top = pathlib.Path(sys.argv[1])
    print('// Made by build-aux/parameters_read.py from the sources.')
    for name, rooms in sorted(readers(top).items()):
        print(f'{{"{name}", "{" ".join(sorted(rooms))}"}},')


if __name__ == '__main__':
    main()
