# Wren, as anybody would build it: by its own Makefile, from its own folder.

WREN := sample-kernels/10-wren
WREN_SOURCES := $(wildcard $(WREN)/*.[chS]) $(WREN)/wren.ld $(WREN)/Makefile

samples: $(B)/samples/wren.elf
.PHONY: samples

$(B)/samples/wren.elf: $(WREN_SOURCES)
	@mkdir -p $(@D)
	$(Q)$(MAKE) --no-print-directory -s -C $(WREN) O=$(abspath $(B)/wren)
	$(Q)cp $(B)/wren/wren.elf $@
