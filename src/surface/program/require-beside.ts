// What a program that was compiled ahead may require: modules of node, and libraries that somebody installed beside the product.
import type { Module } from "node:module";

/** Requires by name, as seen from the module at `address`. Throws node's `MODULE_NOT_FOUND` for what is not there. */
export function requireBeside(address: string): (name: string) => unknown {
  let beside: ReturnType<typeof Module.createRequire> | undefined;
  return (name) => {
    // WHY first: the libraries are optional, and a resolver for them is made when one is wanted.
    const builtin = process.getBuiltinModule(name);
    if (builtin !== undefined) return builtin;
    beside ??= process.getBuiltinModule("node:module").createRequire(address);
    return beside(name);
  };
}
