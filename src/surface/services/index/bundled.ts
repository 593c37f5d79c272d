// The program `dist/surface/index/index-worker.js`: the thread of the index, from the parts that the build made.
import { join } from "node:path";
import { compiledBeside } from "../../foundation/product/compiled-beside.ts";
import { type Built, openParts } from "../../foundation/product/parts.ts";

declare const BUILT: Built;

const dist = join(__dirname, "../../", "/");
const parts = openParts({ built: BUILT, dist, role: "index", compiled: compiledBeside(dist) });
parts.need(BUILT.entries["index"] ?? -1);
