// Generated sessions: settings by layer, mode and trust, and calls that have something to do with the rules.
import type { NativeMode, NativeSettings, NativeSource, RuleList } from "#guard/native/stack.ts";
import { random } from "../../oracle/cases.ts";
import type { ToolUse } from "../model-stub.ts";
import {
  fronts,
  otherCalls,
  otherRules,
  patterns,
  plainCommands,
  readingPrograms,
  readPaths,
  serverCalls,
  shapes,
  writePaths,
  writingPrograms,
} from "./vocabulary.ts";

/** One session to be run: everything that the client's decisions depend on, and the calls. */
export type SessionCase = {
  readonly layers: readonly { readonly source: NativeSource; readonly settings: NativeSettings }[];
  /** The flag; undefined leaves the mode to the settings. */
  readonly mode: NativeMode | undefined;
  readonly isTrusted: boolean;
  readonly hasServers: boolean;
  readonly calls: readonly ToolUse[];
};

/** What the machine can do; without root there is no managed layer. */
export type Means = { readonly managed: boolean };

type Draw = {
  readonly chance: (share: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
};

const CALLS_PER_SESSION = 24;
/** How often a mode is drawn; the rest is the default. */
const MODES: readonly (readonly [NativeMode, number])[] = [
  ["acceptEdits", 0.16],
  ["bypassPermissions", 0.1],
  ["dontAsk", 0.1],
  ["plan", 0.08],
  ["auto", 0.1],
];

/** Sessions without end; equal seeds give equal ones. */
export function* sessionCases(seed: number, means: Means): Generator<SessionCase, never> {
  const next = random(seed);
  const draw: Draw = {
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
  for (;;) yield sessionCase(draw, means);
}

function sessionCase(draw: Draw, means: Means): SessionCase {
  const cores = Array.from({ length: 3 }, () => simpleCommand(draw));
  const hasServers = draw.chance(0.2);
  const isModeInSettings = draw.chance(0.08);
  const mode = modeOf(draw);
  const sources: NativeSource[] = ["project"];
  for (const [source, share] of [
    ["user", 0.25],
    ["local", 0.15],
    ["flag", 0.1],
    ["managed", means.managed ? 0.12 : 0],
  ] as const)
    if (draw.chance(share)) sources.push(source);
  const layers = sources.map((source) => ({
    source,
    settings: settingsOf(draw, { source, cores, hasServers }),
  }));
  return {
    layers: isModeInSettings ? withMode(draw, layers, mode) : layers,
    mode: isModeInSettings ? undefined : mode,
    isTrusted: !draw.chance(0.08),
    hasServers,
    calls: callsOf(draw, cores, hasServers),
  };
}

function modeOf(draw: Draw): NativeMode {
  for (const [mode, share] of MODES) if (draw.chance(share)) return mode;
  return "default";
}

function withMode(
  draw: Draw,
  layers: SessionCase["layers"],
  defaultMode: NativeMode,
): SessionCase["layers"] {
  const chosen = draw.pick(layers);
  return layers.map((layer) =>
    layer === chosen && layer.source !== "flag"
      ? {
          ...layer,
          settings: {
            ...layer.settings,
            permissions: { ...layer.settings.permissions, defaultMode },
          },
        }
      : layer,
  );
}

function settingsOf(
  draw: Draw,
  about: { source: NativeSource; cores: readonly string[]; hasServers: boolean },
): NativeSettings {
  const lists: Record<RuleList, string[]> = { deny: [], ask: [], allow: [] };
  const count = draw.pick([1, 2, 2, 3, 4]);
  for (let at = 0; at < count; at += 1) {
    const list = draw.pick<RuleList>(["deny", "deny", "allow", "allow", "allow", "ask"]);
    lists[list].push(ruleOf(draw, about.cores, list));
  }
  if (draw.chance(0.25)) lists.allow.push("Bash");
  const hasDirectory = about.source !== "flag" && draw.chance(0.1);
  return {
    permissions: {
      ...lists,
      ...(hasDirectory ? { additionalDirectories: [draw.pick(["<outside>", "~/docs"])] } : {}),
      ...(draw.chance(0.02) ? { disableBypassPermissionsMode: "disable" } : {}),
    },
    ...(about.source === "managed" && draw.chance(0.3)
      ? { allowManagedPermissionRulesOnly: true }
      : {}),
  };
}

function ruleOf(draw: Draw, cores: readonly string[], list: RuleList): string {
  if (draw.chance(0.55)) return commandRule(draw, draw.pick(cores));
  if (draw.chance(0.75)) return `${draw.pick(["Read", "Edit"])}(${draw.pick(patterns)})`;
  const rule = draw.pick(otherRules);
  // WHY: a bare tool that is denied takes most of a session's calls with it.
  return list === "deny" && /^(?:Read|Write|Edit)$/.test(rule) ? `${rule}(zz)` : rule;
}

function commandRule(draw: Draw, core: string): string {
  const words = core.split(" ");
  const [first = "", second = "", third] = words;
  const two = second === "" ? first : `${first} ${second}`;
  const last = words.at(-1) ?? "";
  return `Bash(${draw.pick([
    core,
    `${first}:*`,
    `${first} *`,
    `${two}:*`,
    `${two} *`,
    two,
    `${first}*`,
    `* ${last}`,
    `${first} * ${last}`,
    third === undefined ? `${two}*` : `${two} ${third}:*`,
    `${first}|x:*`,
    `*${second}*`,
  ])})`;
}

function simpleCommand(draw: Draw): string {
  if (draw.chance(0.5)) return draw.pick(plainCommands);
  return draw.chance(0.55)
    ? `${draw.pick(readingPrograms)} ${draw.pick(readPaths)}`
    : `${draw.pick(writingPrograms)} ${draw.pick(writePaths)}`;
}

function callsOf(draw: Draw, cores: readonly string[], hasServers: boolean): readonly ToolUse[] {
  const calls = new Map<string, ToolUse>();
  while (calls.size < CALLS_PER_SESSION) {
    const call = callOf(draw, cores, hasServers);
    calls.set(JSON.stringify(call), call);
  }
  return [...calls.values()];
}

function callOf(draw: Draw, cores: readonly string[], hasServers: boolean): ToolUse {
  if (draw.chance(0.72)) return { name: "Bash", input: { command: commandOf(draw, cores) } };
  if (draw.chance(0.5)) return { name: "Read", input: { file_path: draw.pick(readPaths) } };
  if (draw.chance(0.7)) {
    return { name: "Write", input: { file_path: draw.pick(writePaths), content: "x" } };
  }
  if (hasServers && draw.chance(0.6)) {
    return { name: draw.pick(serverCalls), input: { text: draw.pick(["a", "b", "c", "d"]) } };
  }
  return draw.pick(otherCalls);
}

function commandOf(draw: Draw, cores: readonly string[]): string {
  const core = draw.chance(0.65) ? draw.pick(cores) : simpleCommand(draw);
  const fronted = draw.chance(0.22) ? `${draw.pick(fronts)} ${core}` : core;
  if (draw.chance(0.4)) return fronted;
  const other = draw.chance(0.5) ? draw.pick(cores) : simpleCommand(draw);
  const shaped = fill(draw.pick(shapes), fronted, other);
  return draw.chance(0.08) ? fill(draw.pick(shapes), shaped, other) : shaped;
}

function fill(shape: string, one: string, other: string): string {
  return shape.replaceAll("@", () => one).replaceAll("%", () => other);
}
