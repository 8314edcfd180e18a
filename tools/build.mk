# What tools/ builds: the one command, from all its subcommands' folders.

TOOLS_SRC := $(wildcard tools/parapet/*.c tools/lib/*.c tools/runner/*.c \
	tools/patcher/*.c)
TOOLS_CFLAGS = $(HOSTED) $(WARNINGS) -Itools
TOOLS_LIBS = -lelf

$(eval $(call compile,tools,$(CC),$$(TOOLS_CFLAGS)))

$(B)/parapet: $(call objects,tools,$(TOOLS_SRC))
	$(Q)$(CC) -o $@ $^ $(TOOLS_LIBS)

PRODUCTS += $(B)/parapet
