# What sample-kernels/ builds. See mk/rules.mk for the rules.

include sample-kernels/01-hello.mk
include sample-kernels/10-wren.mk
