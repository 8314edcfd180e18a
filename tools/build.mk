# What tools/ builds: the one command, from all its subcommands' folders.

TOOLS_SRC := $(wildcard tools/parapet/*.c tools/lib/*.c tools/runner/*.c \
	tools/runner/bench/*.c tools/runner/conform/*.c tools/patcher/*.c)
LLVM := /usr/lib/llvm-14
TOOLS_CFLAGS = $(HOSTED) $(WARNINGS) -Itools -isystem $(LLVM)/include
PACKING_LIBS := -llzma -lzstd -llz4 -lz
TOOLS_LIBS = -lm -lelf -ldw -lZydis -L$(LLVM)/lib -lclang-14 $(PACKING_LIBS)

$(eval $(call compile,tools,$(CC),$$(TOOLS_CFLAGS)))

$(B)/parapet: $(call objects,tools,$(TOOLS_SRC))
	$(Q)$(CC) -o $@ $^ $(TOOLS_LIBS)

PRODUCTS += $(B)/parapet

include tools/patcher/build.mk

# Debian's Xen, to compare with: fetched and unpacked, never installed (its
# installation would change this machine's boot loader).
XEN_PACKAGE := xen-hypervisor-4.17-amd64
.PHONY: xen
xen: $(B)/xen/xen	## fetch Debian's Xen 4.17 into build/

$(B)/xen/xen: tools/fetch-package
	$(Q)tools/fetch-package $(XEN_PACKAGE) $(B)/xen
	$(Q)gunzip -c $(B)/xen/root/boot/xen-4.17-amd64.gz > $@

# A small domain 0, to run guests as domUs on real Xen.
.PHONY: dom0
dom0: $(B)/dom0/initrd	## make a small domain 0 from Debian packages, for domUs

$(B)/dom0/initrd: $(wildcard tools/xen-domu/*) tools/fetch-package
	$(Q)tools/xen-domu/build-dom0 $(B)/dom0
