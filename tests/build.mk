# What tests/ builds. See mk/rules.mk for the rules.
