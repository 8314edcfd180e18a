# Wren, as anybody would build it: by its own Makefile, from its own folder.

WREN := sample-kernels/10-wren
WREN_SOURCES := $(wildcard $(WREN)/*.[chS]) $(WREN)/wren.ld $(WREN)/Makefile
WREN_PORT := $(wildcard $(WREN)/port/*)

samples: $(B)/samples/wren.elf $(B)/samples/wren-pv.elf
.PHONY: samples

$(B)/samples/wren.elf: $(WREN_SOURCES)
	@mkdir -p $(@D)
	$(Q)$(MAKE) --no-print-directory -s -C $(WREN) O=$(abspath $(B)/wren)
	$(Q)cp $(B)/wren/wren.elf $@

WREN_PVOPS := PVOPS_CFLAGS=-I$(abspath pvops/include) \
	PVOPS_LIBS=$(abspath $(B)/libpvops.a)

# The port, from a copy of the sources that is patched.
$(B)/wren-pv/patched: $(WREN_SOURCES) $(WREN_PORT) $(B)/parapet $(B)/libpvops.a
	@rm -rf $(@D) && mkdir -p $(@D)
	$(Q)cp -R $(WREN) $(@D)/src
	$(Q)$(WREN_PVOPS) $(B)/parapet patch --write $(@D)/src >$(@D)/log 2>&1 \
		|| { cat $(@D)/log; exit 1; }
	@touch $@

$(B)/samples/wren-pv.elf: $(B)/wren-pv/patched $(B)/libpvops.a
	@mkdir -p $(@D)
	$(Q)$(MAKE) --no-print-directory -s -C $(B)/wren-pv/src/port \
		O=$(abspath $(B)/wren-pv/obj) $(WREN_PVOPS)
	$(Q)cp $(B)/wren-pv/obj/wren.elf $@
