# tests/conformance/: lib/ with each test's main.c makes one kernel. A test with
# a notes.S or link.lds of its own gets that instead of lib's.

conform_dir := tests/conformance
conform_tests := $(patsubst $(conform_dir)/%/main.c,%,$(wildcard $(conform_dir)/*/main.c))
conform_lib := $(filter-out %/notes.S,$(wildcard $(conform_dir)/lib/*.[cS]))

$(eval $(call compile,conformance,$(CC),$(FREESTANDING) -fno-pic \
	-mcmodel=kernel $(WARNINGS) -Isdk/include -I$(conform_dir)/lib))

conform_own = $(or $(wildcard $(conform_dir)/$(1)/$(2)),$(conform_dir)/lib/$(2))

define conform_rule
$(B)/conformance/$(1).elf: $(call objects,conformance,$(conform_lib) \
		$(conform_dir)/$(1)/main.c $(call conform_own,$(1),notes.S)) \
		$(call conform_own,$(1),link.lds)
	@mkdir -p $$(@D)
	$$(Q)$(LD) -static -nostdlib -z max-page-size=4096 -z noexecstack \
		--build-id=none -T $$(filter %.lds,$$^) -o $$@ $$(filter %.o,$$^)
endef
$(foreach test,$(conform_tests),$(eval $(call conform_rule,$(test))))

.PHONY: conformance-tests
conformance-tests: $(conform_tests:%=$(B)/conformance/%.elf)	## the in-guest tests
TEST_PROGRAMS += $(conform_tests:%=$(B)/conformance/%.elf)
