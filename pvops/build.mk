# What pvops/ builds: build/libpvops.a, and the same under other names for the
# tests (pvops-clang, pvops-gcc-O0 ...). See mk/rules.mk for the rules.

PVOPS_SOURCES := $(wildcard pvops/*.[cS] pvops/native/*.[cS] pvops/xenpv/*.[cS] \
	pvops/xenpvh/*.[cS] \
	pvops/drivers/*.c)
PVOPS_FLAGS := $(FREESTANDING) $(WARNINGS) -Wconversion -fPIC \
	-fvisibility=hidden -isystem sdk/include

# A compiler may call memset and memcpy unasked: those calls are given the
# library's own names, so that it needs nothing of the kernel. Its tables of
# addresses are data like other data: a kernel's linker script may name .data
# alone and take its end for the end of what a loader must bring.
DATA_SECTIONS := rel rel.ro rel.local rel.ro.local
#   $(call pvops-library,VARIANT,COMPILER,FLAGS,FILE)
define pvops-library
$(eval $(call compile,$(1),$(2),$(3)))
$(4): $(call objects,$(1),$(PVOPS_SOURCES))
	@rm -f $$@
	$$(Q)ar qcs $$@ $$^
	$$(Q)objcopy --redefine-sym memset=pv_memset \
		--redefine-sym memcpy=pv_memcpy \
		$(DATA_SECTIONS:%=--rename-section .data.%=.data) $$@
endef

$(eval $(call pvops-library,pvops,gcc,$(PVOPS_FLAGS),$(B)/libpvops.a))

.PHONY: pvops
pvops: $(B)/libpvops.a	## the library that a ported kernel links: build/libpvops.a

# An installed tree looks like this one, so that the command finds the rest
# beside itself.
PREFIX ?= /usr/local
INSTALLED = $(DESTDIR)$(PREFIX)/lib/parapet

.PHONY: install
install: all	## copy the command, library and headers to DESTDIR and PREFIX
	@mkdir -p $(INSTALLED)/build $(INSTALLED)/pvops $(INSTALLED)/sdk \
		$(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig
	$(Q)cp $(B)/parapet $(B)/parapet-hv $(B)/libpvops.a \
		$(B)/libpvops-release.a $(INSTALLED)/build/
	$(Q)cp -R pvops/ops.def pvops/include $(INSTALLED)/pvops/
	$(Q)cp -R sdk/include $(INSTALLED)/sdk/
	$(Q)ln -sf ../lib/parapet/build/parapet $(DESTDIR)$(PREFIX)/bin/parapet
	$(Q)sed 's|@PREFIX@|$(PREFIX)|' pvops/parapet.pc.in \
		>$(DESTDIR)$(PREFIX)/lib/pkgconfig/parapet.pc

# The same without its checks: nothing is said of what is refused, no tree is
# looked at, no fault on its way.
$(eval $(call pvops-library,pvops-release,gcc,$(PVOPS_FLAGS) -DPV_RELEASE,\
$(B)/libpvops-release.a))
pvops: $(B)/libpvops-release.a
PRODUCTS += $(B)/libpvops.a $(B)/libpvops-release.a

# The same without putting anything off, to measure what that brings.
$(eval $(call pvops-library,pvops-single,gcc,$(PVOPS_FLAGS) -DPVOPS_BATCH=1,\
$(B)/pvops-single.a))
PVOPS_VARIANTS += $(B)/pvops-single.a

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
