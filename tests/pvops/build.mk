# What the tests of the library need built.

TEST_PROGRAMS += $(PVOPS_VARIANTS)

# The kernel that uses every operation.
GUEST_SOURCES := $(wildcard tests/pvops/guest/*.[cS])
$(eval $(call compile,pvops-guest,gcc,$(FREESTANDING) $(WARNINGS) -fno-pie \
	-mcmodel=kernel -Wno-unused-value -Ipvops/include))

$(B)/pvops-guest.elf: $(call objects,pvops-guest,$(GUEST_SOURCES)) \
		$(B)/libpvops.a tests/pvops/guest/guest.ld
	$(Q)$(LD) -static -nostdlib -z max-page-size=4096 --no-warn-rwx-segments \
		-T tests/pvops/guest/guest.ld -o $@ \
		$(filter %.o,$^) $(B)/libpvops.a

TEST_PROGRAMS += $(B)/pvops-guest.elf
