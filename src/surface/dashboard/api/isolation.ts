// Endpoints of isolation: the tier of a project, its last probe on record, code in the client, and what container files say.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { tierNamed, PROBE_AREAS, areaTitle } from "#govern/sandbox/probe-areas.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { entriesAt } from "../../services/log/opened-places.ts";
import { projectTier } from "../../services/sandbox/project-tier.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, folderText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

const AUDIT_MS_MAX = 120_000;
/** Events of probes, the newest first, among which one of the project is looked for. */
const PROBES_MAX = 200;
/** Mods, containers and places of one that a page shows; the rest are counted. */
const SHOWN_MAX = 100;
/** Extensions of the catalog that a page shows, the worst first. */
const ROWS_MAX = 500;

const count = v.number();
const probe = v.object({
  index: v.number(),
  atMs: v.nullable(v.number()),
  tier: v.string(),
  where: v.string(),
  verdict: v.string(),
  reachable: count,
  refused: count,
  absent: count,
  unknown: count,
  /** Where something forbidden was reached: the area, and what is so there. */
  areas: v.array(v.object({ id: v.string(), title: v.string() })),
});
type Probe = v.InferOutput<typeof probe>;
const mod = v.object({
  name: v.string(),
  origin: v.string(),
  file: v.string(),
  digest: v.string(),
  uncounted: v.optional(v.string()),
  isLoaded: v.boolean(),
  isAgreed: v.boolean(),
});
const extension = v.object({
  name: v.string(),
  kind: v.string(),
  origin: v.string(),
  place: v.string(),
  brings: v.array(v.string()),
  isLoaded: v.boolean(),
  digest: v.string(),
  uncounted: v.optional(v.string()),
  standing: v.string(),
});
const told = v.object({ what: v.string(), why: v.string() });
const texts = v.array(v.string());
/** One extension as `mods catalog` has it. */
const catalogRow = v.object({
  name: v.string(),
  kind: v.string(),
  origin: v.string(),
  place: v.string(),
  isLoaded: v.boolean(),
  verdict: v.picklist(["refuse", "ask", "unread", "allow"]),
  because: v.string(),
  where: v.nullable(v.string()),
  can: v.object({
    secrets: texts,
    code: texts,
    hosts: texts,
    writes: texts,
    deletes: texts,
    reads: texts,
    other: texts,
    more: count,
  }),
  notRead: v.array(told),
  pin: v.object({
    state: v.string(),
    isPinned: v.boolean(),
    isChanged: v.boolean(),
    changedMs: v.nullable(count),
    changes: v.nullable(v.array(v.object({ what: v.string(), how: v.string() }))),
  }),
  did: v.nullable(
    v.object({
      calls: count,
      allowed: count,
      asked: count,
      refused: count,
      left: count,
      lastMs: v.nullable(count),
    }),
  ),
});
const state = v.picklist(["met", "not-met", "not-said"]);
const audit = v.object({
  containers: v.array(
    v.object({
      kind: v.string(),
      file: v.string(),
      line: v.number(),
      hasClient: v.boolean(),
      items: v.array(
        v.object({
          item: v.string(),
          state,
          file: v.string(),
          line: v.number(),
          why: v.string(),
          fix: v.optional(v.string()),
        }),
      ),
    }),
  ),
  unreadable: v.array(v.object({ file: v.string(), line: v.number(), why: v.string() })),
  unseen: v.array(v.object({ what: v.string(), why: v.string() })),
});

export const isolationEndpoints = [
  endpoint({
    method: "GET",
    path: "/isolation",
    about:
      "The tier of a project, the last probe of its isolation that is on record, and code that plugins, skills, agents and commands bring.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      modsCommand: command,
      tier: v.nullable(v.string()),
      /** Who names it, or why it cannot be told, in words. */
      tierBy: v.string(),
      probe: v.nullable(probe),
      mods: v.array(v.object({ ...mod.entries, uncounted: v.nullable(v.string()) })),
      moreMods: v.number(),
      /** Plugins, skills, agents and commands that bring other code. */
      extensions: v.array(v.object({ ...extension.entries, uncounted: v.nullable(v.string()) })),
      moreExtensions: v.number(),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const args = ["mods", "list", "--all", "--project", cwd, "--json"];
      const both = v.object({ mods: v.array(mod), extensions: v.array(extension) });
      const [{ mods, extensions }, last] = await Promise.all([
        parts.run(args, { cwd, signal }).then((ran) => readAnswer(ran, both)),
        lastProbe(parts, cwd),
      ]);
      return {
        command: `sallyport sandbox probe --project ${shellWord(cwd)} --record`,
        modsCommand: `sallyport mods list --all --project ${shellWord(cwd)}`,
        ...tierOf(parts, cwd),
        probe: last,
        mods: mods
          .slice(0, SHOWN_MAX)
          .map(({ uncounted = null, ...one }) => ({ ...one, uncounted })),
        moreMods: Math.max(0, mods.length - SHOWN_MAX),
        extensions: extensions
          .slice(0, SHOWN_MAX)
          .map(({ uncounted = null, ...one }) => ({ ...one, uncounted })),
        moreExtensions: Math.max(0, extensions.length - SHOWN_MAX),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/isolation/extensions",
    about:
      "Every plugin, skill, agent, command and MCP server of a project, with one verdict on each, what it can do and what it did; nothing of it is run.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      rows: v.array(catalogRow),
      moreRows: count,
      notRead: v.array(told),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const args = ["mods", "catalog", "--project", cwd, "--json"];
      const ran = await parts.run(args, { cwd, signal, timeoutMs: AUDIT_MS_MAX });
      const made = v.object({ rows: v.array(catalogRow), notRead: v.array(told) });
      const { rows, notRead } = readAnswer(ran, made);
      return {
        command: `sallyport mods catalog --project ${shellWord(cwd)}`,
        rows: rows
          .slice(0, ROWS_MAX)
          .map((one) => ({ ...one, notRead: one.notRead.slice(0, SHOWN_MAX) })),
        moreRows: Math.max(0, rows.length - ROWS_MAX),
        notRead: notRead.slice(0, SHOWN_MAX),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/isolation/containers",
    about:
      "Container files of a project held against the nine items of strong isolation; nothing is started.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      containers: v.array(
        v.object({
          kind: v.string(),
          where: v.string(),
          hasClient: v.boolean(),
          items: v.array(
            v.object({
              title: v.string(),
              state,
              where: v.string(),
              why: v.string(),
              fix: v.string(),
            }),
          ),
        }),
      ),
      moreContainers: v.number(),
      /** What could not be read or was not looked at, with why. */
      notSeen: v.array(v.object({ what: v.string(), why: v.string() })),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const args = ["sandbox", "audit", cwd, "--json"];
      const ran = await parts.run(args, { cwd, signal, timeoutMs: AUDIT_MS_MAX });
      const { containers, unreadable, unseen } = readAnswer(ran, audit);
      // WHY loaded when somebody asks: it brings the readers of container files.
      const { ISOLATION_ITEMS } = await import("#assure/isolation/nine-items.ts");
      const titles: Readonly<Record<string, string | undefined>> = ISOLATION_ITEMS;
      return {
        command: `sallyport sandbox audit ${shellWord(cwd)}`,
        containers: containers
          .slice(0, SHOWN_MAX)
          .map(({ kind, file, line, hasClient, items }) => ({
            kind,
            where: `${file}:${line}`,
            hasClient,
            items: items.map(({ item, fix = "", ...one }) => ({
              title: titles[item] ?? item,
              state: one.state,
              why: one.why,
              fix,
              where: `${one.file}:${one.line}`,
            })),
          })),
        moreContainers: Math.max(0, containers.length - SHOWN_MAX),
        notSeen: [
          ...unreadable.map(({ file, line, why }) => ({ what: `${file}:${line}`, why })),
          ...unseen,
        ].slice(0, SHOWN_MAX),
      };
    },
  }),
];

function tierOf({ directories }: DashboardParts, root: string) {
  try {
    const found = projectTier(root, directories);
    return found === undefined
      ? { tier: null, tierBy: "no policy here names one, so the strictest counts" }
      : { tier: found.tier, tierBy: `${found.by} names it` };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { tier: null, tierBy: `it cannot be told: ${cause.message}` };
  }
}

/** The newest probe of the project among those on record; of one whose project was erased nobody can tell. */
async function lastProbe(parts: DashboardParts, root: string): Promise<Probe | null> {
  const answer = await parts.ask({
    ask: "search",
    filter: "kind:isolation",
    limit: PROBES_MAX,
    before: null,
    byRank: false,
    nowMs: parts.clock.nowMs(),
  });
  if (answer.kind !== "found") throw new ApiFault("fault", "the answer makes no sense");
  const found = new Map<number, Probe>();
  for await (const { index, leaf, sealed, isForged } of entriesAt(
    await parts.view(),
    answer.places,
  ))
    if (leaf.kind !== "fault" && !isForged && sealed?.["project"] === root)
      found.set(index, probeOf(index, leaf.timeMs, leaf.metadata));
  const first = answer.places.find((place) => found.has(place));
  return first === undefined ? null : (found.get(first) ?? null);
}

function probeOf(
  index: number,
  atMs: number | null,
  metadata: Readonly<Record<string, Json>>,
): Probe {
  const word = (name: string) => {
    const value = metadata[name];
    return typeof value === "string" ? value : "";
  };
  const figure = (name: string) => {
    const value = metadata[name];
    return typeof value === "number" ? value : 0;
  };
  const areas = metadata["areas"];
  const reached = Array.isArray(areas) ? (areas as readonly Json[]) : [];
  return {
    index,
    atMs,
    tier: tierNamed(word("tier")) ?? "none",
    where: word("where"),
    verdict: word("what"),
    reachable: figure("reachable"),
    refused: figure("refused"),
    absent: figure("absent"),
    unknown: figure("unknown"),
    areas: PROBE_AREAS.filter((area) => reached.includes(area)).map((id) => ({
      id,
      title: areaTitle(id),
    })),
  };
}
