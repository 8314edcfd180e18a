# The kernel of `parapet bench`: see tests/bench/bench.h.

BENCH_SRC := $(wildcard tests/bench/*.c tests/bench/*.S)

$(eval $(call compile,bench,$(CC),$(FREESTANDING) -fno-pic $(WARNINGS) \
	-Isdk/include -Itools))

$(B)/bench.elf: $(call objects,bench,$(BENCH_SRC))
	$(Q)$(LD) -static -nostdlib -z noexecstack -z max-page-size=4096 \
		--build-id=none -Ttext-segment=0x100000 -o $@ $^

PRODUCTS += $(B)/bench.elf
