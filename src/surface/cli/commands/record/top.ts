// `sallyport top`: what the agent does now, for people who stay in the terminal.
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printableJson } from "#base/printable.ts";
import { onEndRequest } from "#platform/signals.ts";
import type { Directories } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { openTerminal, print } from "../../../foundation/terminal/terminal.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openApprovals } from "../../../services/approvals/approval-book.ts";
import { followDecisions, probeDaemon } from "../../../services/daemon-process/daemon-client.ts";
import type { FeedItem } from "../../../services/daemon-process/feed.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import type { Install } from "../../../services/installation/install.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";
import {
  drawScreen,
  enterScreen,
  leaveScreen,
  screenSize,
} from "../../../foundation/terminal/full-screen.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { type TopKnown, topScreen } from "../../top/screen.ts";

const LOOK_MS = 3_000;
const DRAW_MS = 250;
const ITEMS_MAX = 200;
const REASONS_MAX = 20;

/** `sallyport top`. */
export const topCommand = defineCommand({
  meta: {
    name: "top",
    description: `what the agent does now: decisions as they fall, the last hour, what waits for you

  sallyport top                 until q or Ctrl-C
  sallyport top --once          one look, without a live screen
  sallyport top --once --json   the same for programs`,
  },
  args: {
    once: { type: "boolean", description: "print one look and end" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    const terminal = openTerminal();
    if (args.once === true) {
      const known = { ...(await look(install)), items: [], isPaused: false };
      if (args.json === true) return print(printableJson(known));
      const size = { columns: process.stdout.columns || 100, rows: 50 };
      const how = { nowMs: Date.now(), hasColour: terminal.hasColour };
      for (const line of topScreen(known, size, how).slice(0, -3)) await print(line);
      return;
    }
    if (args.json === true)
      throw new Failure(
        "usage",
        "`--json` goes with `--once`; `sallyport log follow --json` is live",
      );
    if (!terminal.isInteractive)
      throw new Failure("usage", "this needs a terminal: use `--once`, or `sallyport log follow`");
    await show(install, terminal.hasColour);
  },
});

type Looked = Omit<TopKnown, "items" | "isPaused">;

/** What is known without following. What cannot be asked is said and counted as nothing. */
async function look(install: Install): Promise<Looked> {
  const { directories } = install;
  const nowMs = Date.now();
  const isThere = (await probeDaemon(install).catch(() => undefined))?.kind === "ours";
  const projects = readProjectRegister(directories.projectsFile).length;
  const incidents = openIncidents(directories)
    .all()
    .incidents.filter(({ state, drill }) => state !== "closed" && drill !== true)
    .map(({ id, level, title }) => ({ id, level, title }));
  const approvals = openApprovals(directories)
    .all(nowMs)
    .all.filter(({ state }) => state === "open").length;
  const common = { isThere, projects, incidents, approvals };
  try {
    const { hour, reasons } = await countHour(directories, nowMs);
    return { ...common, hour, reasons, problem: undefined };
  } catch (cause) {
    const problem = cause instanceof Failure ? cause.message : "the log cannot be asked";
    return { ...common, hour: { allow: 0, ask: 0, deny: 0, other: 0 }, reasons: [], problem };
  }
}

async function countHour(directories: Directories, nowMs: number) {
  const asked = { ask: "group", limit: 1_000, inOrder: false, nowMs } as const;
  const filter = "kind:decision canary:false time:-1h";
  const verdicts = await askLog(directories, { ...asked, filter, by: ["verdict"] });
  const stopped = `${filter} verdict:deny,ask`;
  const rules = await askLog(directories, { ...asked, filter: stopped, by: ["rule"] });
  const hour = { allow: 0, ask: 0, deny: 0, other: 0 };
  if (verdicts.answer.kind === "table")
    for (const [verdict, count] of verdicts.answer.rows) {
      if (verdict === "allow" || verdict === "ask" || verdict === "deny")
        hour[verdict] += Number(count);
      else hour.other += Number(count);
    }
  const reasons =
    rules.answer.kind === "table"
      ? rules.answer.rows
          .slice(0, REASONS_MAX)
          .map(([rule, count]) => ({ rule: String(rule), count: Number(count) }))
      : [];
  return { hour, reasons };
}

/** Draws until the person ends it; the terminal is as before afterwards. */
async function show(install: Install, hasColour: boolean): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  onEndRequest(["end", "hang-up"], stop);
  const items: FeedItem[] = [];
  let isPaused = false;
  let shown: readonly FeedItem[] = [];
  let looked = await look(install);
  const onKey = (bytes: Buffer) => {
    const key = bytes.toString("utf8");
    if (key === "q" || key === "\u0003") stop();
    if (key === " ") isPaused = !isPaused;
  };
  const draw = () => {
    if (!isPaused) shown = [...items];
    const known = { ...looked, items: shown, isPaused };
    drawScreen(topScreen(known, screenSize(), { nowMs: Date.now(), hasColour }));
  };
  enterScreen(onKey);
  try {
    const following = keepFollowing(install, end.signal, (item) => {
      items.unshift(item);
      items.length = Math.min(items.length, ITEMS_MAX);
    });
    let lastLook = Date.now();
    while (!end.signal.aborted) {
      draw();
      await sleep(DRAW_MS, undefined, { signal: end.signal }).catch(() => undefined);
      if (Date.now() - lastLook < LOOK_MS) continue;
      looked = await look(install);
      lastLook = Date.now();
    }
    await following;
  } finally {
    leaveScreen(onKey);
  }
}

/** Follows again when the daemon was away. */
async function keepFollowing(
  install: Install,
  signal: AbortSignal,
  onItem: (item: FeedItem) => void,
): Promise<void> {
  while (!signal.aborted) {
    await followDecisions(install, onItem, signal).catch(() => undefined);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
