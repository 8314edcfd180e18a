# Debian's Linux with our workload, as a guest: kernel, busybox and module come
# from the packages that domain 0 is made of (tools/xen-domu).

LINUX_ROOT := $(B)/dom0/root

$(eval $(call compile,linux,$(CC),$$(HOSTED) $$(WARNINGS)))

$(B)/linux/workload: $(call objects,linux,$(wildcard tests/linux/workload/*.c))
	$(Q)$(CC) -static -o $@ $^ -lpthread

$(B)/linux/initrd: tests/linux/make-initrd tests/linux/init \
		$(B)/linux/workload $(B)/dom0/initrd
	$(Q)tests/linux/make-initrd $(LINUX_ROOT) $(B)/linux/workload $@

$(B)/linux/vmlinuz: $(B)/dom0/initrd
	@mkdir -p $(@D)
	$(Q)cp $(LINUX_ROOT)/boot/vmlinuz-* $@

# A plugin of QEMU's, by which it counts instructions and whose they are.
$(B)/linux/count.so: tests/linux/count.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(HOSTED) $(WARNINGS) -shared -fPIC -o $@ $<

TEST_PROGRAMS += $(B)/linux/count.so
TEST_PROGRAMS += $(B)/linux/initrd $(B)/linux/vmlinuz
