// The hook's program as it is bundled into `dist/hook-program.cjs`; `dist/hook.mjs` loads it and has armed the process before.
import { fileURLToPath } from "node:url";
import { readCompiledPolicy } from "./compiled-policy.ts";
import { runHookProcess } from "./hook-process.ts";

declare const SALLYPORT_VERSION: string;

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const policyFile = beside("./policies/team.json");
void runHookProcess({
  args: process.argv.slice(2),
  version: SALLYPORT_VERSION,
  loadPolicy: () => readCompiledPolicy(policyFile),
  ownPaths: ["./hook.mjs", "./hook-program.cjs", "./hook-program.cache", "./policies"].map(beside),
});
