# SPDX-License-Identifier: MIT
# Parapet: `make` prints what there is to do. Each area has a build.mk; what it
# wants built by `make all` it adds to PRODUCTS, and test programs to
# TEST_PROGRAMS.

B := build
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
CC := gcc

.DEFAULT_GOAL := help
.SECONDARY:
.DELETE_ON_ERROR:

include mk/rules.mk
include sdk/build.mk pvops/build.mk hv-reference/build.mk
include sample-kernels/build.mk tools/build.mk tests/build.mk

.PHONY: help run check check-fast soak foreign conformance bench all tests deps format clean
help:	## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# `deps` comes first, in a make of its own: what is installed there may decide
# what the rest builds.
run:	## the main job before your eyes: scan, patch, build, boot a kernel
	@tools/install-packages
	@$(MAKE) --no-print-directory all
	@tools/demo

check:	## all tests; ends with "N passed, N failed, N skipped"
	@tools/install-packages
	@$(MAKE) --no-print-directory -j2 all tests
	@tests/run-suite tests/suite

check-fast:	## the tests that need no QEMU
	@tools/install-packages
	@$(MAKE) --no-print-directory -j2 all tests
	@tests/run-suite --fast tests/suite

# What is done is in SOAK_DIR/table; SOAK names some of the tests.
SOAK_DIR ?= $(B)/soak
soak:	## long runs, for hours; killed, the next call goes on where it stopped
	@tools/install-packages
	@$(MAKE) --no-print-directory -j2 all tests
	@tests/run-soak --dir $(SOAK_DIR) tests/soak $(SOAK)

foreign: all xen dom0	## boot any PV kernel on both: IMAGE=… EXPECT='what it says'
	@tests/system/boot-foreign '$(IMAGE)' '$(EXPECT)' $(ARGS)

conformance: all tests xen dom0	## the ABI tests on the reference hypervisor and on Xen
	@$(B)/parapet conform

bench: all xen	## instructions of each operation, beside Xen's
	@$(B)/parapet bench --vs xen

all: $(PRODUCTS) samples	## build everything

tests: $(TEST_PROGRAMS)	## build the test programs

deps:	## install the Debian packages that are missing (as root)
	@tools/install-packages

format:	## format all C by .clang-format
	git ls-files '*.[ch]' | xargs clang-format -i

clean:	## remove build/
	rm -rf $(B)

-include $(shell test -d $(B) && find $(B) -name root -prune -o -name '*.d' -type f -print)
