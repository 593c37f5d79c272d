// The program `dist/daemon.mjs`: loads `daemon-program.cjs` beside it, with compiled code where it fits.
import type { RunProgram } from "./run-here.ts";
import { keepHeapSmall } from "./heap.ts";

declare const PROGRAM_DIGEST: string;
declare const CACHE_DIGEST: string;

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

/** The daemon's program; undefined when it is missing or damaged. */
export function loadDaemon(): RunProgram | undefined {
  const program = read("./daemon-program.cjs");
  if (program === undefined || digestOf(program) !== PROGRAM_DIGEST) return undefined;
  const cache = read("./daemon-program.cache");
  const isGood = cache !== undefined && digestOf(cache) === CACHE_DIGEST;
  // WHY before the program: compiled code fits only an engine with the flags under which it was made.
  keepHeapSmall();
  const script = new Script(program.toString("latin1"), {
    filename: "daemon-program.cjs",
    ...(isGood ? { cachedData: cache } : {}),
  });
  let run: RunProgram | undefined;
  // WHY this address: modules of the program find the package from where they lie unbundled.
  const address = new URL("./surface/daemon/program.js", import.meta.url).href;
  script.runInThisContext()(process.getBuiltinModule, address, (given: RunProgram) => {
    run = given;
  });
  return run;
}
