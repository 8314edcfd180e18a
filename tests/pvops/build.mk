# What the tests of the library need built.

TEST_PROGRAMS += $(PVOPS_VARIANTS)
