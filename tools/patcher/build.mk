# The patcher: Coccinelle's patterns and the report's page become C strings in
# the command.

PATCHER_RULES := $(patsubst tools/patcher/%,$(B)/patcher/%.inc, \
	$(wildcard tools/patcher/rules/*.cocci)) $(B)/patcher/guide.md.inc \
	$(B)/patcher/report.html.inc $(B)/patcher/report.js.inc \
	$(patsubst tools/patcher/%,$(B)/patcher/%.inc,$(wildcard \
	tools/patcher/new/*))

$(B)/patcher/%.inc: tools/patcher/%
	@mkdir -p $(@D)
	$(Q)sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< >$@

$(B)/tools/tools/patcher/cocci.o \
	$(B)/tools/tools/patcher/report_html.o $(B)/tools/tools/patcher/new.o: \
	$(PATCHER_RULES)
TOOLS_CFLAGS += -I$(B)/patcher

.PHONY: recall
recall: $(B)/parapet	## SRC=... ELF=... [DB=...]: how much the scan explains
	$(Q)tests/patcher/recall "$(SRC)" "$(ELF)" $(DB)

.PHONY: recall-stores
recall-stores: $(B)/parapet	## SRC=... LIST=...: how many listed stores it finds
	$(Q)tests/patcher/stores/recall-stores "$(SRC)" "$(LIST)" $(OPTIONS)

.PHONY: rewritten
rewritten: $(B)/parapet	## SRC=... [PROFILE=...] [DB=...]: how much of the C is rewritten
	$(Q)$(B)/parapet patch --stats $(PROFILE:%=--profile %) \
		$(DB:%=--database %) "$(SRC)" 2>/dev/null
