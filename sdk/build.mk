# What sdk/ builds. See mk/rules.mk for the rules.
