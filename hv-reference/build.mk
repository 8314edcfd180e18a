# What hv-reference/ builds. See mk/rules.mk for the rules.
