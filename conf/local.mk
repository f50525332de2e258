# conf: the files that make install puts in the configuration directory.
