f:	cli;sti
.macro m a,b=1
mov \a,%cr3
\b
.endm
m %rax,sti
.irp i,cli,hlt
\i
.endr
