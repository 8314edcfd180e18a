# What the tests of the library need built.

TEST_PROGRAMS += $(PVOPS_VARIANTS)

# The kernel that uses every operation.
GUEST_SOURCES := $(wildcard tests/pvops/guest/*.[cS])
$(eval $(call compile,pvops-guest,gcc,$(FREESTANDING) $(WARNINGS) -fno-pie \
	-mcmodel=kernel -Wno-unused-value -Ipvops/include -I$(B)/pvops-guest))

# Every function that pvops-drivers.h declares, as DRIVER(name): the guest's
# calls of it go by way of a counter (cover-asm.S), the library's own do not.
COVERED_DRIVERS := $(shell tests/pvops/driver-functions)

$(B)/pvops-guest/drivers.def: pvops/include/pvops-drivers.h \
		tests/pvops/driver-functions
	@mkdir -p $(@D)
	$(Q)printf 'DRIVER(%s)\n' $(COVERED_DRIVERS) >$@

$(call objects,pvops-guest,tests/pvops/guest/cover.c \
	tests/pvops/guest/cover-asm.S): $(B)/pvops-guest/drivers.def

$(B)/pvops-guest/all.o: $(call objects,pvops-guest,$(GUEST_SOURCES))
	$(Q)$(LD) -r $(COVERED_DRIVERS:%=--wrap=%) -o $@ $^

$(B)/pvops-guest.elf: $(B)/pvops-guest/all.o $(B)/libpvops.a \
		tests/pvops/guest/guest.ld
	$(Q)$(LD) -static -nostdlib -z max-page-size=4096 --no-warn-rwx-segments \
		-T tests/pvops/guest/guest.ld -o $@ \
		$(filter %.o,$^) $(B)/libpvops.a

TEST_PROGRAMS += $(B)/pvops-guest.elf
