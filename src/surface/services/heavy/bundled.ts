// The program `dist/surface/heavy/heavy-worker.js`: a thread for heavy work, from the parts that the build made.
import { join } from "node:path";
import { compiledBeside } from "../../foundation/product/compiled-beside.ts";
import { type Built, openParts } from "../../foundation/product/parts.ts";

declare const BUILT: Built;

const dist = join(__dirname, "../../", "/");
// WHY the daemon's: it has compiled the functions that judge, and a thread of it runs under the same flags.
const parts = openParts({ built: BUILT, dist, role: "daemon", compiled: compiledBeside(dist) });
parts.need(BUILT.entries["heavy"] ?? -1);
