// The program `dist/surface/scan/scan-worker.js`: a thread of a scan, from the parts that the build made.
import { join } from "node:path";
import { compiledBeside } from "../../foundation/product/compiled-beside.ts";
import { type Built, openParts } from "../../foundation/product/parts.ts";

declare const BUILT: Built;

const dist = join(__dirname, "../../", "/");
// WHY the command's: it has compiled the functions that look, and a thread of it runs under the same flags.
const parts = openParts({
  built: BUILT,
  dist,
  role: "command-scan",
  compiled: compiledBeside(dist),
});
parts.need(BUILT.entries["scan"] ?? -1);
