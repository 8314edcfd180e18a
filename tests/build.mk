# What tests/ builds. See mk/rules.mk for the rules. An area's kernels and
# programs are in its own build.mk, which adds them to TEST_PROGRAMS.

include $(sort $(wildcard tests/*/build.mk))

.PHONY: mutants
mutants: all tests	## plant small faults in the hypervisor: do the tests notice?
	@tests/mutants/try-mutants
