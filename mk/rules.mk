# How anything is compiled. Areas say what they build in their build.mk.
#
#   $(eval $(call compile,VARIANT,COMPILER,FLAGS))
#       rules for build/VARIANT/PATH.o from PATH.c and PATH.S
#   $(call objects,VARIANT,SOURCES)
#       the objects that those rules make from SOURCES

define compile
$(B)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(Q)$(2) $(3) -MMD -MP -c -o $$@ $$<
$(B)/$(1)/%.o: %.S
	@mkdir -p $$(@D)
	$$(Q)$(2) $(3) -D__ASSEMBLY__ -MMD -MP -c -o $$@ $$<
endef

objects = $(patsubst %,$(B)/$(1)/%.o,$(basename $(2)))

# Freestanding code for x86-64: guests, pvops and the hypervisor start here.
FREESTANDING := -std=gnu11 -ffreestanding -fno-stack-protector -fno-common \
	-fno-asynchronous-unwind-tables -fcf-protection=none -mno-red-zone \
	-mgeneral-regs-only -fno-strict-aliasing -O2 -g

WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes

HOSTED := -std=gnu11 -O2 -g -D_GNU_SOURCE
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
