# The unit tests: programs build/tests/unit/NAME, one Check suite each, of the
# portable parts of the hypervisor and of the tools. unit-test,NAME,SOURCES:
# its own file is tests/unit/test_NAME.c.

UNIT_FLAGS := $(HOSTED) $(WARNINGS) $(SANITIZE) -Ihv-reference -Isdk/include \
	-Itools/runner -Itools -Itests/unit -DHV_HOST -DHV_LOCK_ORDER

$(eval $(call compile,unit,$(CC),$(UNIT_FLAGS)))

define unit-test
UNIT_PROGRAMS += $(B)/tests/unit/$(1)
$(B)/tests/unit/$(1): $(call objects,unit,tests/unit/unit.c \
		hv-reference/core/lock_order.c \
		tests/unit/test_$(1).c $(2))
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(SANITIZE) -o $$@ $$^ $$(LDLIBS) -lcheck -lm -lrt -lpthread -lsubunit
endef

$(eval $(call unit-test,elf_image,tests/unit/fake_services.c \
	hv-reference/builder/elf_image.c hv-reference/builder/notes.c))
$(eval $(call unit-test,pvsdk,))
$(eval $(call unit-test,lock_order,))
$(eval $(call unit-test,store,tests/unit/fake_services.c \
	hv-reference/services/store_tree.c hv-reference/services/store_watch.c \
	hv-reference/services/store_wire.c \
	hv-reference/services/store_nodes.c \
	hv-reference/services/store_transaction.c))
$(eval $(call unit-test,services,tests/unit/fake_services.c \
	$(wildcard hv-reference/services/*.c)))
$(eval $(call unit-test,domain_list,hv-reference/builder/domain_list.c))
$(eval $(call unit-test,run_queue,hv-reference/core/scheduler/run_queue.c))
$(eval $(call unit-test,acpi,tests/unit/fake_services.c hv-reference/x86/acpi.c))
$(foreach name,event event_fifo,\
	$(eval $(call unit-test,$(name),tests/unit/fake_services.c \
	tests/unit/fake_events.c $(wildcard hv-reference/core/events/event*.c))))
$(eval $(call unit-test,decode,tests/unit/fake_vcpu.c \
	hv-reference/core/processor/decode.c hv-reference/core/processor/store.c \
	hv-reference/core/processor/insn.c))
$(eval $(call unit-test,traps,tests/unit/fake_vcpu.c \
	$(addprefix hv-reference/core/processor/,traps.c emulate.c \
	privileged.c ports.c iret.c insn.c msr.c cpuid.c debugreg.c nmi.c)))
$(eval $(call unit-test,nmi,tests/unit/fake_vcpu.c \
	$(addprefix hv-reference/core/processor/,traps.c nmi.c)))
$(B)/tests/unit/decode: LDLIBS := -lZydis

# Memory management runs on a model of a machine: model.h.
MODEL_SOURCES := tests/unit/fake_services.c $(wildcard tests/unit/model*.c) \
	$(wildcard hv-reference/core/grants/*.c) \
	$(filter-out %/heap.c,$(wildcard hv-reference/core/memory/*.c)) \
	$(patsubst %,hv-reference/core/processor/%.c,decode insn store)
$(foreach name,frame tables mmu descriptors grant grant_copy memory invariants \
	ptwr,\
	$(eval $(call unit-test,$(name),$(MODEL_SOURCES))))
$(eval $(call unit-test,bzimage,tools/runner/bzimage.c tools/runner/unpack.c \
	tools/lib/say.c))
$(B)/tests/unit/bzimage: LDLIBS := $(PACKING_LIBS)

TEST_PROGRAMS += $(UNIT_PROGRAMS)

.PHONY: unit-tests
unit-tests: $(UNIT_PROGRAMS)	## the unit tests of the portable parts
