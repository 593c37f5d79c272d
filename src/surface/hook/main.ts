// The program `dist/hook.cjs`: arms the process to fail closed, then starts the hook from the parts beside it.
import { compiledBeside } from "../foundation/product/compiled-beside.ts";
import { type Built, openParts } from "../foundation/product/parts.ts";
import type * as Program from "./program.ts";
import { failClosed, refuse } from "./fail-closed.ts";

declare const BUILT: Built;

failClosed();
const dist = `${__dirname}/`;
const parts = openParts({ built: BUILT, dist, role: "hook", compiled: compiledBeside(dist) });
try {
  parts.load(["judge"]);
} catch {
  refuse(
    "the hook's program is missing or damaged, so the call is refused; install sallyport again",
  );
}
const { startHook } = parts.need(BUILT.entries["hook"] ?? -1) as typeof Program;
// WHY at the end: the answer is out by then.
process.on("exit", parts.keep);
startHook();
