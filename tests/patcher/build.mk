# The patcher's fuzz targets: build/fuzz/patcher-NAME, with libFuzzer, ASan and
# UBSan. `make check` runs each for seconds (tests/patcher/test-fuzz), `make
# soak-patcher` for as long as SOAK_SECONDS says.

PATCHER_FUZZ := template assembly elf image profile baseline
FUZZ_FLAGS := -std=gnu11 -O1 -g -D_GNU_SOURCE $(WARNINGS) -Itools \
	-isystem $(LLVM)/include -DMEM_BLOCK=0 \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
$(eval $(call compile,fuzz,clang,$(FUZZ_FLAGS)))

# All of the patcher but its commands and what runs other programs.
PATCHER_CORE := $(addprefix tools/patcher/,mem.c source.c token.c macro.c \
	value.c asmstmt.c bytes.c insn.c sensitive.c intrinsics.c finding.c cread.c \
	sread.c sread_macro.c device.c assume.c assume_entry.c plan.c plan_pairs.c \
	rewrite.c \
	rewrite_operand.c \
	rewrite_string.c rewrite_asm.c asm_steps.c asm_stack.c \
	profile.c json.c judge.c judge_read.c image.c baseline.c \
	loader_xen.c loader_pc.c)

define fuzz-target
$(B)/fuzz/patcher-$(1): $(call objects,fuzz,$(PATCHER_CORE) \
		tests/patcher/fuzz/fuzz.c tests/patcher/fuzz/$(1).c)
	@mkdir -p $$(@D)
	$$(Q)clang -fsanitize=fuzzer,address,undefined -o $$@ $$^ -lelf -ldw \
		-lZydis
TEST_PROGRAMS += $(B)/fuzz/patcher-$(1)
endef
$(foreach name,$(PATCHER_FUZZ),$(eval $(call fuzz-target,$(name))))

SOAK_SECONDS ?= 3600
.PHONY: soak-patcher
soak-patcher: $(PATCHER_FUZZ:%=$(B)/fuzz/patcher-%)	## fuzz the patcher for SOAK_SECONDS each
	$(Q)FUZZ_SECONDS=$(SOAK_SECONDS) tests/patcher/test-fuzz
