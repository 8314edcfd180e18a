void f(long v, short p){asm volatile("mov %%cr0,%0;out %b1,%w2":"=r"(v):"a"(1),"Nd"(p):"memory");}
