#define W(n) asm("mov %0,%%cr" #n::"r"(v))
#define OP(x) asm volatile(#x)
void f(long v){W(3);OP(cli);}
