#!/usr/bin/env node
// The program `sallyport`: hands the command line over and turns its outcome into an exit code.
import type * as Bundled from "../daemon/bundled.ts";

// A reader that goes away (`sallyport log tail | head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const args = process.argv.slice(2);
const daemon = await loadDaemon(args);
const code = daemon === undefined ? await runCommand() : await daemon.run(daemon.root);
// A hook that ends with any other code than 0 or 2 lets the call run.
if (code !== undefined) process.exitCode = args[0] === "hook" && code !== 0 ? 2 : code;

async function runCommand(): Promise<number | undefined> {
  const { openTerminal } = await import("./terminal.ts");
  const { runCommandLine } = await import("./command-line.ts");
  return runCommandLine(args, openTerminal(), process.env);
}

/** WHY not the daemon in its single files: of an installation that is damaged no part is trusted. */
async function refuse(): Promise<number> {
  process.stderr.write(
    "sallyport: the daemon's program is missing or damaged; install sallyport again\n",
  );
  return 2;
}

/**
 * The bundled daemon, when it is asked for in the two ways in which it is started. WHY not as every other command: sessions
 * wait for it, and most of a start is loading.
 */
async function loadDaemon(words: readonly string[]) {
  const [command, action, option, root, ...more] = words;
  const isStart = command === "daemon" && action === "run" && more.length === 0;
  const isKnown = option === undefined || (option === "--data" && root?.startsWith("/") === true);
  if (!isStart || !isKnown || import.meta.url.endsWith(".ts")) return undefined;
  const loader: typeof Bundled = await import(new URL("../../daemon.mjs", import.meta.url).href);
  return { run: loader.loadDaemon() ?? refuse, root };
}
