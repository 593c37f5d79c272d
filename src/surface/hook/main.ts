// The program `dist/hook.mjs`: arms the process to fail closed, then runs `hook-program.cjs` beside it, with compiled code where it fits.
import { failClosed, refuse } from "./fail-closed.ts";

declare const PROGRAM_DIGEST: string;
declare const CACHE_DIGEST: string;

failClosed();
// WHY not import: each import of a built-in module costs as much as reading a file; all of them are loaded by now.
const { readFileSync } = process.getBuiltinModule("node:fs");
const { Script } = process.getBuiltinModule("node:vm");
const { createHash } = process.getBuiltinModule("node:crypto");

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function read(name: string): Buffer | undefined {
  try {
    return readFileSync(new URL(name, import.meta.url));
  } catch {
    return undefined;
  }
}

const program = read("./hook-program.cjs");
if (program === undefined || digestOf(program) !== PROGRAM_DIGEST) {
  refuse(
    "the hook's program is missing or damaged, so the call is refused; install sallyport again",
  );
}
// Code that the engine compiled when the product was built. Another version of the engine refuses it and compiles anew.
const cache = read("./hook-program.cache");
const isGood = cache !== undefined && digestOf(cache) === CACHE_DIGEST;
const script = new Script(program.toString("latin1"), {
  filename: "hook-program.cjs",
  ...(isGood ? { cachedData: cache } : {}),
});
script.runInThisContext()(process.getBuiltinModule, import.meta.url);
