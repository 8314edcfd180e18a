# SPDX-License-Identifier: MIT
# Parapet: `make` prints what there is to do. Each area has a build.mk.

B := build
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

.DEFAULT_GOAL := help
.SECONDARY:
.DELETE_ON_ERROR:

include mk/rules.mk
include sdk/build.mk pvops/build.mk hv-reference/build.mk
include sample-kernels/build.mk tools/build.mk tests/build.mk

.PHONY: help clean
help:	## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

clean:	## remove build/
	rm -rf $(B)

-include $(shell test -d $(B) && find $(B) -name '*.d')
