// The compiler of policy files as it is bundled into `dist/policy-compiler.cjs`: loaded by the hook when such a file changed.
import { packsIn, parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { CompilePolicy } from "./policy-place.ts";

declare const provide: (compile: CompilePolicy) => void;
/** Packs that ship with the product, by name: put there when the product is built. */
declare const PACK_TEXTS: Readonly<Record<string, string>>;

provide((text, file, layer, packs) =>
  parsePolicyPack(text, file, {
    layer,
    source:
      packs === undefined
        ? packsIn(PACK_TEXTS, (name) => `${name}.yaml`)
        : packsIn(packs, (name) => `${file}:${name}`),
  }),
);
