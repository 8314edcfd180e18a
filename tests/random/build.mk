# A kernel that makes random hypercalls: conformance's library, and this folder.
$(eval $(call compile,random,$(CC),$(FREESTANDING) -fno-pic -mcmodel=kernel \
	$(WARNINGS) -Isdk/include -I$(conform_dir)/lib))

$(B)/random/random.elf: $(call objects,random,$(conform_lib) \
		$(wildcard tests/random/*.c) $(conform_dir)/lib/notes.S) \
		$(conform_dir)/lib/link.lds
	@mkdir -p $(@D)
	$(Q)$(LD) -static -nostdlib -z max-page-size=4096 -z noexecstack \
		--build-id=none -T $(conform_dir)/lib/link.lds -o $@ $(filter %.o,$^)

TEST_PROGRAMS += $(B)/random/random.elf
