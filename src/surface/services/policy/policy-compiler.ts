// The compiler of policy files for the command hook, with the packs that ship built in: run when such a file changed.
import { packsIn, parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { CompilePolicy } from "./policy-place.ts";

/** Packs that ship with the product, by name: put there when the product is built. */
declare const PACK_TEXTS: Readonly<Record<string, string>>;

/** Compiles the text of a policy file, which may extend packs that ship, or those that are given in their place. */
export const compileBuiltIn: CompilePolicy = (text, file, layer, packs) =>
  parsePolicyPack(text, file, {
    layer,
    source:
      packs === undefined
        ? packsIn(PACK_TEXTS, (name) => `${name}.yaml`)
        : packsIn(packs, (name) => `${file}:${name}`),
  });
