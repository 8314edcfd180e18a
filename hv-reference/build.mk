# What hv-reference/ builds. See mk/rules.mk for the rules.
#
#   build/parapet-hv      the image that loaders take: flat, multiboot 1
#   build/parapet-hv.elf  the same, linked, for gdb and symbols
#   build/hv-checking/parapet-hv  the same, that looks at itself all the time
#   build/hv-clang/parapet-hv  the same by clang, which looks at the order of locks
#
# The last two are built with the tests.

HV_PARTS := boot builder core core/events core/grants core/memory \
	core/processor core/scheduler drivers explain services x86
HV_SOURCES := $(wildcard hv-reference/*.c) $(filter-out %/asm-offsets.c, \
	$(wildcard $(HV_PARTS:%=hv-reference/%/*.c)) \
	$(wildcard $(HV_PARTS:%=hv-reference/%/*.S)))

# At its address from IMAGE_START on everything is within 2 GiB, but not within
# the low or high 2 GiB: rip-relative code, as for a PIE, linked statically.
# Exceptions enter with a stack that is aligned to 8 only.
HV_INCLUDES = -Ihv-reference -Ihv-reference/x86 -Isdk/include -Itools/runner -I$(B)/$(1)
HV_FLAGS = $(FREESTANDING) $(WARNINGS) -fpie -mcmodel=small \
	-include hv-reference/hidden.h $(call HV_INCLUDES,$(1))

# gcc's image is optimised as a whole: the entry paths call small functions of
# many files. (clang would need another linker for that.)
HV_GCC = $(call HV_FLAGS,hv) -mpreferred-stack-boundary=3 \
	-fno-tree-loop-distribute-patterns -flto=auto
HV_LD_FLAGS := -z max-page-size=4096 --build-id=none -z noexecstack
comma := ,
HV_LINK_gcc = gcc $(HV_GCC) -static -nostdlib $(HV_LD_FLAGS:%=-Wl$(comma)%)
HV_LINK_clang = ld -static -nostdlib $(HV_LD_FLAGS)

$(eval $(call compile,hv,gcc,$$(HV_GCC)))
$(eval $(call compile,hv-clang,clang,$(call HV_FLAGS,hv-clang) \
	-mstack-alignment=8 -DHV_LOCK_ORDER))

# $(call hv_image,VARIANT,COMPILER,IMAGE)
define hv_image
$(B)/$(1)/asm-offsets.h: hv-reference/x86/asm-offsets.c
	@mkdir -p $$(@D)
	$$(Q)$(2) $(call HV_FLAGS,$(1)) -MMD -MP -MT $$@ -MF $$@.d -S -o $$@.s $$<
	$$(Q)sed -n 's/.*"->\([A-Z0-9_]*\) \([0-9]*\)".*/#define \1 \2/p' $$@.s >$$@
$(filter %.o,$(call objects,$(1),$(HV_SOURCES))): | $(B)/$(1)/asm-offsets.h
$(B)/$(1)/hv.lds: hv-reference/hv.lds.S hv-reference/core/layout.h
	@mkdir -p $$(@D)
	$$(Q)$(2) -E -P -D__ASSEMBLY__ $(call HV_INCLUDES,$(1)) -o $$@ $$<
$(3).elf: $(call objects,$(1),$(HV_SOURCES)) $(B)/$(1)/hv.lds
	$$(Q)$$(HV_LINK_$(2)) -T $(B)/$(1)/hv.lds -o $$@ $$(filter %.o,$$^)
$(3): $(3).elf
	$$(Q)objcopy -O binary $$< $$@
endef

$(eval $(call hv_image,hv,gcc,$(B)/parapet-hv))
$(eval $(call hv_image,hv-clang,clang,$(B)/hv-clang/parapet-hv))

# And with all invariants tested after every hypercall (invariants.md).
$(eval $(call compile,hv-checking,gcc,$$(HV_GCC) -DHV_CHECKING -DHV_LOCK_ORDER))
$(eval $(call hv_image,hv-checking,gcc,$(B)/hv-checking/parapet-hv))
$(filter %.o,$(call objects,hv-checking,$(HV_SOURCES))): | $(B)/hv/asm-offsets.h

PRODUCTS += $(B)/parapet-hv
TEST_PROGRAMS += $(B)/hv-clang/parapet-hv $(B)/hv-checking/parapet-hv
