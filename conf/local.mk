# conf: the files that make install puts in the configuration directory. What an administrator has
# there already stays. The .proto files are what postmulti gives to a new instance.
EXTRA_DIST += conf/main.cf conf/master.cf

install-data-local:
	@$(MKDIR_P) "$(DESTDIR)$(configdir)"
	@for file in main.cf master.cf; do \
	  if test -e "$(DESTDIR)$(configdir)/$$file"; then \
	    echo "$(DESTDIR)$(configdir)/$$file stays as it is"; \
	  else \
	    $(INSTALL_DATA) "$(srcdir)/conf/$$file" "$(DESTDIR)$(configdir)/$$file" || exit 1; \
	  fi; \
	  $(INSTALL_DATA) "$(srcdir)/conf/$$file" "$(DESTDIR)$(configdir)/$$file.proto" || exit 1; \
	done

# What an administrator has changed stays.
uninstall-local:
	@for file in main.cf master.cf; do \
	  ! cmp -s "$(srcdir)/conf/$$file" "$(DESTDIR)$(configdir)/$$file" || \
	    rm -f "$(DESTDIR)$(configdir)/$$file"; \
	  rm -f "$(DESTDIR)$(configdir)/$$file.proto"; \
	done
