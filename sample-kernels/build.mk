# What sample-kernels/ builds. See mk/rules.mk for the rules.
