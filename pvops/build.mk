# What pvops/ builds. See mk/rules.mk for the rules.
