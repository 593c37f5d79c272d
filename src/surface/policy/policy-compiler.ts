// The compiler of policy files as it is bundled into `dist/policy-compiler.cjs`: loaded by the hook when such a file changed.
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { CompilePolicy } from "./site-policy.ts";

declare const provide: (compile: CompilePolicy) => void;
/** Packs that ship with the product, by name: put there when the product is built. */
declare const PACK_TEXTS: Readonly<Record<string, string>>;

provide((text, file, layer) =>
  parsePolicyPack(text, file, {
    layer,
    source: (name) => {
      const pack = Object.hasOwn(PACK_TEXTS, name) ? PACK_TEXTS[name] : undefined;
      return pack === undefined ? undefined : { text: pack, file: `${name}.yaml` };
    },
  }),
);
