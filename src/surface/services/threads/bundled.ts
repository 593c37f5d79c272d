// The program `dist/surface/threads/thread.js`: a thread of ours, from the parts that the build made; its name is its argument.
import { join } from "node:path";
import { compiledBeside } from "../../foundation/product/compiled-beside.ts";
import { type Built, openParts, type Role } from "../../foundation/product/parts.ts";
import type { ThreadName } from "./start-thread.ts";

declare const BUILT: Built;

/** WHY roles of others: those have compiled the functions that a thread needs, and a thread of theirs runs under the same flags. */
const ROLES: Readonly<Record<ThreadName, Role>> = {
  index: "index",
  heavy: "daemon",
  undo: "daemon",
  scan: "command-scan",
  root: "command-evidence",
};

const dist = join(__dirname, "../../", "/");
const name = process.argv[2] as ThreadName;
const parts = openParts({
  built: BUILT,
  dist,
  role: ROLES[name],
  compiled: compiledBeside(dist),
});
parts.need(BUILT.entries[name] ?? -1);
