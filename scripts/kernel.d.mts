/** The text of kernel.wasm.ts. */
export function compileKernel(): string;
