# doc: guides, and manual pages of tables and files that belong to no one program.
EXTRA_DIST += doc/architecture.md
dist_man_MANS += doc/access.5 doc/body_checks.5 doc/cidr_table.5 doc/lmdb_table.5 \
	doc/pcre_table.5 doc/postfix-files.5 doc/regexp_table.5 doc/socketmap_table.5 doc/tcp_table.5
