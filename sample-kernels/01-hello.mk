# 01-hello: one C file, and ld's own linker script. The image lies at 1 MiB.

HELLO_LDFLAGS := -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,-Ttext-segment=0x100000

$(eval $(call compile,hello,$(CC),$(FREESTANDING) -fno-pic $(WARNINGS) \
	-Isdk/include))

$(B)/samples/01-hello.elf: $(call objects,hello,sample-kernels/01-hello/main.c)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HELLO_LDFLAGS) -o $@ $^

.PHONY: samples
samples: $(B)/samples/01-hello.elf	## the sample kernels
