# What pvops/ builds: build/libpvops.a, and the same under other names for the
# tests (pvops-clang, pvops-gcc-O0 ...). See mk/rules.mk for the rules.

PVOPS_SOURCES := $(wildcard pvops/*.[cS] pvops/native/*.[cS] pvops/xenpv/*.[cS] \
	pvops/drivers/*.c)
PVOPS_FLAGS := $(FREESTANDING) $(WARNINGS) -Wconversion -fPIC \
	-fvisibility=hidden -isystem sdk/include

# A compiler may call memset and memcpy unasked: those calls are given the
# library's own names, so that it needs nothing of the kernel.
#   $(call pvops-library,VARIANT,COMPILER,FLAGS,FILE)
define pvops-library
$(eval $(call compile,$(1),$(2),$(3)))
$(4): $(call objects,$(1),$(PVOPS_SOURCES))
	@rm -f $$@
	$$(Q)ar qcs $$@ $$^
	$$(Q)objcopy --redefine-sym memset=pv_memset \
		--redefine-sym memcpy=pv_memcpy $$@
endef

$(eval $(call pvops-library,pvops,gcc,$(PVOPS_FLAGS),$(B)/libpvops.a))

.PHONY: pvops
pvops: $(B)/libpvops.a	## the library that a ported kernel links: build/libpvops.a

# The variants that tests/pvops looks at.
define pvops-variant
$(eval $(call pvops-library,pvops-$(1)-$(2),$(1),$(PVOPS_FLAGS) -$(2),\
$(B)/pvops-$(1)-$(2).a))
PVOPS_VARIANTS += $(B)/pvops-$(1)-$(2).a
endef

$(eval $(call pvops-variant,gcc,O0))
$(eval $(call pvops-variant,gcc,O2))
$(eval $(call pvops-variant,clang,O0))
$(eval $(call pvops-variant,clang,O2))
