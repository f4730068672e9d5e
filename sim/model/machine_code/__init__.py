"""How handlers become machine code, where that is kept, and how it is loaded again without numba."""
