// The program `dist/daemon.mjs`: loads `daemon-program.cjs` beside it, with compiled code where it fits.
import { compileBuilt, readBuilt } from "../program/compiled-code.ts";
import { requireBeside } from "../program/require-beside.ts";
import { keepHeapSmall } from "./heap.ts";
import type { RunProgram } from "./run-here.ts";

declare const PROGRAM_DIGEST: string;
declare const CACHE_DIGEST: string;

/** The daemon's program; undefined when it is missing or damaged. */
export function loadDaemon(): RunProgram | undefined {
  const built = readBuilt(
    import.meta.url,
    { name: "daemon-program.cjs", digest: PROGRAM_DIGEST },
    { name: "daemon-program.cache", digest: CACHE_DIGEST },
  );
  if (built === undefined) return undefined;
  // WHY before the program: compiled code fits only an engine with the flags under which it was made.
  keepHeapSmall();
  let run: RunProgram | undefined;
  // WHY this address: modules of the program find the package from where they lie unbundled.
  const address = new URL("./surface/daemon/program.js", import.meta.url).href;
  compileBuilt(built)(requireBeside(address), address, (given: RunProgram) => {
    run = given;
  });
  return run;
}
