int f(void){asm goto("1:cli;jmp %l[o]"::::o);o:return 0;}
asm(".intel_syntax noprefix\nmov cr3,rax\n.att_syntax");
