# doc: manual pages (dist_man_MANS += doc/postmap.1) and guides (EXTRA_DIST).
EXTRA_DIST += doc/architecture.md
