// The compiler of policy files as it is bundled into `dist/policy-compiler.cjs`: loaded by the hook when such a file changed.
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";

declare const provide: (compile: (text: string, file: string) => Policy) => void;

provide((text, file) => parsePolicyPack(text, file, "user"));
