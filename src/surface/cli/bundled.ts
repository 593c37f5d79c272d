#!/usr/bin/env node
// The program `dist/surface/cli/main.js`: starts a command, or the daemon, from the parts that the build made.
import { join } from "node:path";
import { keepHeapSmall, keepScanHeapSmall } from "../foundation/process/heap.ts";
import type * as Daemon from "../daemon/program.ts";
import { compiledBeside, compiledInData } from "../foundation/product/compiled-beside.ts";
import { type Built, DAMAGED, openParts, type Parts } from "../foundation/product/parts.ts";
import type * as Program from "./program.ts";

declare const BUILT: Built;

/** Milliseconds after which a daemon has warmed up and keeps what was compiled. */
const WARM_MS = 5_000;
const UNUSABLE_EXIT_CODE = 2;

const dist = join(__dirname, "../../", "/");
const args = process.argv.slice(2);
const compiled = compiledBeside(dist) ?? compiledInData(process.env);
const isDaemon = isDaemonStart(args);
// WHY before the program: compiled code fits only an engine with the flags under which it was made.
if (isDaemon) keepHeapSmall();
else if (args[0] === "scan") keepScanHeapSmall();
// WHY for each command: what one compiled of a part is not what another needs of it.
const word = /^[a-z-]{1,16}$/.exec(args[0] ?? "")?.[0];
const ofCommand = word === undefined ? "command" : (`command-${word}` as const);
const role = isDaemon ? "daemon" : ofCommand;
const parts = openParts({ built: BUILT, dist, role, compiled });

// WHY here: a part may turn out to be damaged long after the start.
process.on("uncaughtException", (cause: Error & { readonly code?: unknown }) => {
  if (cause.code === DAMAGED) refuse(cause.message);
  process.stderr.write(`${cause.stack ?? String(cause)}\n`);
  process.exit(1);
});

if (isDaemon) void runDaemon(parts, args[3]);
else runCommand(parts);

function runCommand({ need, keep }: Parts): void {
  process.on("exit", keep);
  const { runProgram } = need(BUILT.entries["command"] ?? -1) as typeof Program;
  void runProgram(args);
}

/** WHY all parts first: of an installation that is damaged no part is trusted, and sessions wait for an answer. */
async function runDaemon({ need, load, keep }: Parts, root: string | undefined): Promise<void> {
  try {
    load(BUILT.parts.map(({ name }) => name));
  } catch {
    refuse("the daemon's program is missing or damaged; install sallyport again");
  }
  const { runDaemonProgram } = need(BUILT.entries["daemon"] ?? -1) as typeof Daemon;
  setTimeout(keep, WARM_MS).unref();
  process.exitCode = await runDaemonProgram(root);
}

/** Whether the daemon is asked for in one of the two ways in which it is started: sessions wait for it. */
function isDaemonStart([command, action, option, root, ...more]: readonly string[]): boolean {
  const isStart = command === "daemon" && action === "run" && more.length === 0;
  return (
    isStart && (option === undefined || (option === "--data" && root?.startsWith("/") === true))
  );
}

function refuse(reason: string): never {
  process.stderr.write(`sallyport: ${reason}\n`);
  process.exit(UNUSABLE_EXIT_CODE);
}
