// The program `dist/surface/undo/undo-worker.js`: the thread that copies what calls change, from the parts that the build made.
import { join } from "node:path";
import { compiledBeside } from "../../foundation/product/compiled-beside.ts";
import { type Built, openParts } from "../../foundation/product/parts.ts";

declare const BUILT: Built;

const dist = join(__dirname, "../../", "/");
const parts = openParts({ built: BUILT, dist, role: "daemon", compiled: compiledBeside(dist) });
parts.need(BUILT.entries["undo"] ?? -1);
