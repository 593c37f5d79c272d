// Runs cases in two worlds at a time: judge, run in the jail, compare, put the world back.
import { existsSync, lstatSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isWithin } from "#base/path.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { readSessionShell } from "#surface/services/facts/session-shell.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import type { KernelCase } from "./cases.ts";
import { isInstalled, programsOf } from "./cases.ts";
import { type Comparison, compare } from "./compare.ts";
import { runTraced } from "./jail.ts";
import { PROFILES, profileOf, type ProfileName } from "./profiles.ts";
import type { Sink } from "./sink.ts";
import type { Observed } from "./trace.ts";
import { type Copy, copyOf } from "./tree-copy.ts";
import { makeTemplate, type Part, PARTS, templateOf, type World, worldAt } from "./world.ts";

/** What came of one case in one profile. */
export type Outcome = {
  readonly case: KernelCase;
  readonly profile: ProfileName;
} & (
  | { readonly kind: "skipped"; readonly reason: string }
  | {
      readonly kind: "ran";
      readonly comparison: Comparison;
      readonly effects: readonly Effect[];
      readonly programs: readonly string[];
      readonly timedOut: boolean;
      readonly output: string;
      readonly exit: number | null;
    }
);

export type RunOptions = {
  readonly cases: readonly KernelCase[];
  readonly profiles: readonly ProfileName[];
  readonly sink: Sink;
  /** The client's program, which plays find and grep; the real ones run without it. */
  readonly client: string | undefined;
  readonly lanes: number;
  progress(outcome: Outcome): void;
};

/** Runs every case in every profile that both name, and gives what came of them. */
export async function runCases(options: RunOptions): Promise<readonly Outcome[]> {
  const parent = makeTemplate(options.client);
  const outcomes: Outcome[] = [];
  for (const profile of PROFILES.filter((name) => options.profiles.includes(name))) {
    const waiting = options.cases.filter((one) => one.profiles.includes(profile));
    const lane = async (_: unknown, at: number): Promise<void> => {
      const world = worldAt(join(parent, `lane-${at}`));
      rmSync(world.root, { recursive: true, force: true });
      mkdirSync(world.root);
      const parts = new Map(
        PARTS.map((part) => [part, copyOf(templateOf(parent, part, profile), world[part])]),
      );
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const outcome = await runCase({
          parent,
          world,
          parts,
          profile,
          case: one,
          sink: options.sink,
        });
        outcomes.push(outcome);
        options.progress(outcome);
      }
    };
    await Promise.all(Array.from({ length: options.lanes }, lane));
  }
  return outcomes;
}

type Task = {
  readonly parent: string;
  readonly world: World;
  readonly parts: ReadonlyMap<Part, Copy>;
  readonly profile: ProfileName;
  readonly case: KernelCase;
  readonly sink: Sink;
};

async function runCase(task: Task): Promise<Outcome> {
  const { world, profile, parent } = task;
  const { command } = task.case;
  const { shell } = profileOf(profile);
  const missing = [shell, ...programsOf(command)].find((name) =>
    name.startsWith("/") ? !existsSync(name) : !isInstalled(name),
  );
  if (missing !== undefined)
    return { case: task.case, profile, kind: "skipped", reason: `${missing} is not installed` };
  const { effects, programs } = await predict(world, command);
  const ran = await runTraced(world, profileOf(profile), command);
  const changed = PARTS.filter((part) => ran.events.some((event) => changes(event, world, part)));
  const before = (path: string): Kind => kindBefore(parent, world, profile, path);
  const comparison = compare({
    command,
    world,
    effects,
    events: ran.events,
    isThere: (path) => kindOf(inWorld(path, world)) !== undefined,
    isDirectory: (path) =>
      kindOf(inWorld(path, world)) === "directory" || before(path) === "directory",
    wasThere: (path) => before(path) !== undefined,
    nameOf: (address) => task.sink.nameOf(address),
  });
  for (const part of changed) task.parts.get(part)?.restore();
  const { timedOut, output, exit } = ran;
  return {
    case: task.case,
    profile,
    kind: "ran",
    comparison,
    effects,
    programs,
    timedOut,
    output,
    exit,
  };
}

const POLICY: Policy = loadPolicy();

async function predict(
  world: World,
  command: string,
): Promise<{ effects: readonly Effect[]; programs: readonly string[] }> {
  const session: SessionFacts = {
    sessionId: "oracle",
    projectRoot: world.project,
    home: world.home,
    user: "user",
    mode: "default",
    interactive: true,
    ownPaths: [join(world.home, ".local/share/sallyport")],
  };
  const { decision } = await judgeWithFacts({
    call: {
      id: "call",
      tool: "Bash",
      cwd: world.project,
      input: { kind: "bash", command, background: false, sandboxOff: false },
    },
    policy: POLICY,
    session,
    shell: readSessionShell({ home: world.home }).shell,
  });
  return { effects: decision.effects, programs: decision.programs };
}

function changes(event: Observed, world: World, part: Part): boolean {
  if (event.kind !== "write" && event.kind !== "delete") return false;
  if (event.outcome !== "done") return false;
  const path = inWorld(event.path, world);
  return isWithin(world[part], path) || isWithin(path, world[part]);
}

/** Where a path of the jail lies outside of it. */
function inWorld(path: string, world: World): string {
  return isWithin("/etc", path) ? join(world.etc, path.slice("/etc".length)) : path;
}

type Kind = "file" | "directory" | undefined;

function kindBefore(parent: string, world: World, profile: ProfileName, path: string): Kind {
  const here = inWorld(path, world);
  const part = PARTS.find((one) => isWithin(world[one], here));
  if (part === undefined) return kindOf(here);
  const source = templateOf(parent, part, profile);
  return kindOf(join(source, here.slice(world[part].length)));
}

function kindOf(path: string): Kind {
  try {
    return (statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path)).isDirectory()
      ? "directory"
      : "file";
  } catch {
    return undefined;
  }
}
