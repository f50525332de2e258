# conf: the files that make install puts in the configuration directory. What an administrator has
# there already stays. The .proto files are what postmulti gives to a new instance.
EXTRA_DIST += conf/main.cf conf/master.cf conf/postfix-files.in

# Commands that let every user do what only the mail system may.
SET_GID_COMMANDS = postdrop postlog postqueue

# The list of all that is installed: that of conf/, and a row for each program, link and manual page.
CLEANFILES += conf/postfix-files
conf/postfix-files: conf/postfix-files.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf && { cat "$(srcdir)/conf/postfix-files.in" && \
	for program in $(daemon_PROGRAMS); do \
	  echo '$$daemon_directory/'"$${program##*/}:f:root:-:755"; \
	done && \
	for link in $(DAEMON_LINKS); do \
	  echo '$$daemon_directory/'"$${link%=*}:l:$${link#*=}"; \
	done && \
	for program in $(sbin_PROGRAMS); do \
	  case " sendmail $(SET_GID_COMMANDS) " in *" $${program##*/} "*) continue ;; esac; \
	  echo '$$command_directory/'"$${program##*/}:f:root:-:755"; \
	done && \
	for command in $(SET_GID_COMMANDS); do \
	  echo '$$command_directory/'"$$command"':f:root:$$setgid_group:2755:u'; \
	done && \
	for link in $(COMMAND_LINKS); do echo "\$$$${link%=*}_path:l:\$$sendmail_path"; done && \
	for page in $(dist_man_MANS); do \
	  echo '$$manpage_directory/man'"$${page##*.}/$${page##*/}:f:root:-:644"; \
	done; } >$@.$$$$ && mv $@.$$$$ $@

# Whether a postfix-files that is there already is one of ours, of whatever version; a configuration
# folder that is shared with another mail system keeps that of the other one.
is_our_list = test "`sed -n 1p "$$list"`" = "`sed -n 1p "$(srcdir)/conf/postfix-files.in"`"

install-data-local: conf/postfix-files
	@$(MKDIR_P) "$(DESTDIR)$(configdir)/postfix-files.d"
	@for file in main.cf master.cf; do \
	  if test -e "$(DESTDIR)$(configdir)/$$file"; then \
	    echo "$(DESTDIR)$(configdir)/$$file stays as it is"; \
	  else \
	    $(INSTALL_DATA) "$(srcdir)/conf/$$file" "$(DESTDIR)$(configdir)/$$file" || exit 1; \
	  fi; \
	  $(INSTALL_DATA) "$(srcdir)/conf/$$file" "$(DESTDIR)$(configdir)/$$file.proto" || exit 1; \
	done
	@list="$(DESTDIR)$(configdir)/postfix-files"; \
	if test -e "$$list" && ! $(is_our_list); then \
	  echo "$$list is that of another mail system, and stays as it is"; \
	else \
	  $(INSTALL_DATA) conf/postfix-files "$$list"; \
	fi

# What an administrator has changed stays.
uninstall-local:
	@for file in main.cf master.cf; do \
	  ! cmp -s "$(srcdir)/conf/$$file" "$(DESTDIR)$(configdir)/$$file" || \
	    rm -f "$(DESTDIR)$(configdir)/$$file"; \
	  rm -f "$(DESTDIR)$(configdir)/$$file.proto"; \
	done
	@list="$(DESTDIR)$(configdir)/postfix-files"; \
	if test -e "$$list" && $(is_our_list); then rm -f "$$list"; fi
	@rmdir "$(DESTDIR)$(configdir)/postfix-files.d" 2>/dev/null || true
