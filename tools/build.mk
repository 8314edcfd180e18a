# What tools/ builds. See mk/rules.mk for the rules.
