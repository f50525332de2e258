# What the unit tests of several rooms share.

# Whole programs, run by ./setup test and .ci/run.
EXTRA_DIST += tests/e2e tests/acceptance-passing.txt
