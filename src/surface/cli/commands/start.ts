// `sallyport start`: a daemon here or the one that runs, a project guarded and proven, and decisions as they fall.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { sendCanaries } from "../../daemon/canary.ts";
import { followDecisions } from "../../daemon/daemon-client.ts";
import type { FeedItem } from "../../daemon/feed.ts";
import { ensureInstall, type Install } from "../../daemon/install.ts";
import { type DaemonRun, runDaemon } from "../../daemon/run-daemon.ts";
import { dataDirectory } from "../../directories.ts";
import { escapeControls, openTerminal, paint, type Terminal } from "../terminal.ts";
import { guardProject } from "./init.ts";

/** The command; exit codes: 0 ended by the person or with `--once`, 1 declined or a canary went wrong, 2 cannot start. */
export const startCommand = defineCommand({
  meta: {
    name: "start",
    description: `run the daemon here, guard a project, follow its decisions

  sallyport start                      run the daemon until Ctrl-C
  sallyport start --guard ../shop      guard that project first, and prove it by two canary calls
  sallyport start --guard . --once     the same, and end after the canaries`,
  },
  args: {
    guard: { type: "string", valueHint: "DIR", description: "project to guard" },
    yes: { type: "boolean", alias: "y", description: "do not ask before changing its settings" },
    once: { type: "boolean", description: "end after the canaries" },
    data: { type: "string", valueHint: "DIR", description: "data directory" },
  },
  async run({ args }) {
    const terminal = openTerminal();
    const stop = abortOnSignals();
    const root = args.data ?? dataDirectory();
    const companyBundle = process.env["NODE_EXTRA_CA_CERTS"];
    const install = await ensureInstall({ root, companyBundle });
    const daemon = await runOrAttach(install, terminal);
    try {
      process.exitCode = await work({ args, install, terminal, signal: stop.signal, daemon });
    } finally {
      if (daemon.kind === "running") await daemon.stop();
    }
  },
});

type Work = {
  readonly args: {
    readonly guard?: string | undefined;
    readonly yes?: boolean | undefined;
    readonly once?: boolean | undefined;
    readonly data?: string | undefined;
  };
  readonly install: Install;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly daemon: DaemonRun;
};

async function work({ args, install, terminal, signal, daemon }: Work): Promise<number> {
  if (args.guard === undefined) {
    terminal.print(
      "no project was named; guard one with `npm start -- --guard DIR` or `sallyport init`",
    );
  } else {
    const outcome = await guardProject({
      directory: resolve(startDirectory(), args.guard),
      yes: args.yes === true,
      terminal,
      data: args.data,
    });
    if (outcome.kind === "declined") {
      terminal.print("nothing was written, so there is nothing to follow");
      return 1;
    }
    terminal.print(
      `${outcome.kind === "unchanged" ? "already guarded" : "guarded"}: ${escapeControls(outcome.root)}`,
    );
    if (!(await prove(outcome, terminal))) return 1;
  }
  if (args.once === true) return 0;
  terminal.print(
    daemon.kind === "running"
      ? "following decisions; Ctrl-C stops the daemon, and guarded sessions are blocked until it runs again"
      : "following decisions; Ctrl-C stops following, the daemon goes on",
  );
  await followDecisions(install, (item) => terminal.print(feedLine(item, terminal)), signal);
  if (signal.aborted) return 0;
  terminal.warn("sallyport: the daemon ended; start it again with `sallyport daemon --ensure`");
  return 1;
}

async function runOrAttach(install: Install, terminal: Terminal): Promise<DaemonRun> {
  const { composeDaemon } = await import("../../daemon/compose.ts");
  const say = (line: string) => terminal.warn(`sallyport daemon: ${escapeControls(line)}`);
  const daemon = await runDaemon(install, composeDaemon(install, say));
  if (daemon.kind === "already") {
    terminal.print(`the daemon runs (process ${daemon.pid}, 127.0.0.1:${install.port})`);
    return daemon;
  }
  try {
    await daemon.ready();
  } catch (cause) {
    await daemon.stop();
    throw cause;
  }
  terminal.print(
    `the daemon runs here (127.0.0.1:${daemon.port}, data in ${install.directories.root})`,
  );
  return daemon;
}

async function prove(
  guarded: { readonly root: string; readonly settingsFile: string },
  terminal: Terminal,
): Promise<boolean> {
  const results = await sendCanaries(guarded);
  for (const { command, expected, verdict, isGood } of results) {
    const mark = isGood ? paint(terminal, "green", "ok") : paint(terminal, "red", "WRONG");
    terminal.print(
      `canary \`${command}\`: ${verdict}, expected that it ${expected === "runs" ? "runs" : "is refused"}: ${mark}`,
    );
  }
  if (results.every(({ isGood }) => isGood)) return true;
  throw new Failure("canary", "the daemon does not judge as it should; see `sallyport log tail`");
}

function feedLine(item: FeedItem, terminal: Terminal): string {
  const time = new Date(item.timeMs).toTimeString().slice(0, 8);
  const word = (item.verdict || item.what).padEnd(8);
  const colour = { deny: "red", blocked: "red", held: "red", ask: "cyan", allow: "green" } as const;
  const painted = isPainted(item.verdict, colour)
    ? paint(terminal, colour[item.verdict], word)
    : word;
  const rule = item.rule === "" ? "" : `  [${item.rule}]`;
  return `${time}  ${painted}  ${escapeControls(`${item.tool.padEnd(6)}  ${item.summary}${rule}`).replaceAll("\n", " ")}`;
}

function isPainted<Key extends string>(
  verdict: string,
  colours: Readonly<Record<Key, unknown>>,
): verdict is Key {
  return Object.hasOwn(colours, verdict);
}

/** Where the person typed the command: npm runs scripts in the package's own directory. */
function startDirectory(): string {
  const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
  return script === "start" && typedIn !== undefined ? typedIn : process.cwd();
}

function abortOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop.abort());
  }
  return stop;
}
