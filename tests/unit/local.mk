# What the unit tests of several rooms share.
