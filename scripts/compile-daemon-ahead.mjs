// Runs the daemon's program once as its loader does and keeps what the engine compiled: part of the build, never shipped.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

const out = process.env["SALLYPORT_BUILD_OUT"];
if (!out) throw new Error("SALLYPORT_BUILD_OUT names no folder");
/** Milliseconds in which a ready daemon warms itself up. */
const WARM_UP_MS = 1_500;

setFlagsFromString("--heap-growing-percent=20");
const file = join(out, "daemon-program.cjs");
const script = new Script(readFileSync(file, "latin1"), { filename: "daemon-program.cjs" });
let run = async () => 1;
// The package is found from here; what is being built does not lie in it yet.
const address = new URL("../dist/surface/daemon/program.js", import.meta.url).href;
script.runInThisContext()(process.getBuiltinModule, address, (given) => {
  run = given;
});
let isReady = false;
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text, ...more) => {
  if (!isReady && String(text).includes(": ready")) {
    isReady = true;
    setTimeout(() => process.kill(process.pid, "SIGTERM"), WARM_UP_MS);
  }
  return write(text, ...more);
};
const code = await run(undefined);
if (isReady && code === 0) {
  writeFileSync(join(out, "daemon-program.cache"), script.createCachedData());
} else {
  process.exitCode = 1;
}
