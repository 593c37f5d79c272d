// Runs the hook's program once as its loader does and keeps what the engine compiled: part of the build, never shipped.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

const out = process.env["SALLYPORT_BUILD_OUT"];
if (!out) throw new Error("SALLYPORT_BUILD_OUT names no folder");
const file = join(out, "hook-program.cjs");
const script = new Script(readFileSync(file, "latin1"), { filename: "hook-program.cjs" });
process.on("exit", () => writeFileSync(join(out, "hook-program.cache"), script.createCachedData()));
script.runInThisContext()(process.getBuiltinModule, pathToFileURL(join(out, "hook.cjs")).href);
