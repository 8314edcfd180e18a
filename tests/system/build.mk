# Kernels that the system tests boot.

$(eval $(call compile,system,$(CC),$$(FREESTANDING) $$(WARNINGS) -fno-pie \
	-Isdk/include))
SYSTEM_OBJ := $(call objects,system,tests/system/ends.c tests/system/start.S)
SYSTEM_LD := $(LD) -static -nostdlib -z noseparate-code -Ttext=0x100000

$(B)/system/ends.elf: $(SYSTEM_OBJ) $(B)/system/tests/system/notes.o
	$(Q)$(SYSTEM_LD) -o $@ $^

REFUSALS_OBJ := $(call objects,system,tests/system/refusals.c \
	tests/system/start.S tests/system/notes.S)
$(B)/system/refusals.elf: $(REFUSALS_OBJ)
	$(Q)$(SYSTEM_LD) -o $@ $^
TEST_PROGRAMS += $(B)/system/refusals.elf

SHARES_OBJ := $(call objects,system,tests/system/shares.c \
	tests/system/start.S tests/system/notes.S)
$(B)/system/shares.elf: $(SHARES_OBJ)
	$(Q)$(SYSTEM_LD) -o $@ $^
TEST_PROGRAMS += $(B)/system/shares.elf

# A kernel that is all right but for its notes, and one for 32 bits.
$(B)/system/no-notes.elf: $(SYSTEM_OBJ)
	$(Q)$(SYSTEM_LD) -o $@ $^

$(B)/system/32-bit.elf: $(B)/system/ends.elf
	$(Q)objcopy -O elf32-i386 $< $@

TEST_PROGRAMS += $(addprefix $(B)/system/,ends.elf no-notes.elf 32-bit.elf)
TEST_PROGRAMS += $(B)/xen/xen $(B)/dom0/initrd
# Debian's GRUB as a Xen PV guest: a kernel that nobody here wrote.
GRUB_XEN := $(B)/grub/root/usr/lib/grub-xen/grub-x86_64-xen.bin
$(GRUB_XEN): tools/fetch-package
	$(Q)tools/fetch-package grub-xen-host $(B)/grub
	$(Q)touch $@

TEST_PROGRAMS += $(GRUB_XEN)
