// What `sallyport status` says of code in the client: which mods are here, which agents bring code, which sessions are held, and which tier protects against whom.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { MODS_PLUGIN } from "#govern/compile/settings-object.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { keepsAgentCodeOut, keepsModsOut } from "#govern/deploy/mods-kept-out.ts";
import { hasOurHooks } from "#govern/settings/settings-edit.ts";
import { homeDirectory } from "#platform/user.ts";
import { managedSources } from "../settings/managed-sources.ts";
import { openHeldSessions } from "../sessions/held-sessions.ts";
import { openStatements } from "../exceptions/statements.ts";
import { agreements, type SeenMod, seenMods, unagreed } from "../mods/agreed-mods.ts";
import { findMods } from "../mods/find-mods.ts";
import { openSeenDigests } from "../mods/kept-lists.ts";
import { createExtensionLook, type SeenExtension } from "../mods/seen-extensions.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import type { Surroundings } from "./installation.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { configDirectoryIn } from "../../foundation/process/detached-environment.ts";

/** Mods that are named in one line. */
const NAMED_MAX = 6;

/** The lines; none of agents and of held sessions where none is. `managed`: what the client reads as managed settings. */
export async function checkMods(
  root: string,
  around: Surroundings,
  managed?: readonly LintSource[],
): Promise<readonly Check[]> {
  const sources = managed ?? (await managedSources()).inForce;
  return [
    tierCheck(sources),
    modCheck(root, around),
    ...agentChecks(root, around, sources),
    ...heldChecks(around),
  ];
}

/**
 * Agents whose calls are refused. WHY it says more than that: of a session that somebody starts as one the client runs hooks and servers before
 * it asks us, and no setting of a project or a person keeps it from that.
 */
function agentChecks(
  root: string,
  around: Surroundings,
  managed: readonly LintSource[],
): readonly Check[] {
  const repair = around.ours(`mods list --project ${shellWord(root)}`);
  return strangeAgents(root, around, managed).map((text) => ({
    about: "agents",
    level: "found",
    text,
    repair,
  }));
}

/** What a person has to know of the agents of a project, and of their own, that bring code to which nobody agreed; nothing where none does. */
export function strangeAgents(
  root: string,
  { directories, environment, nowMs }: Pick<Surroundings, "directories" | "environment" | "nowMs">,
  managed: readonly Pick<LintSource, "text">[],
): readonly string[] {
  const config = configDirectoryIn(environment, environment["HOME"] ?? homeDirectory());
  const clock = { nowMs: () => nowMs, monotonicMs: () => 0 };
  const seen = openSeenDigests(directories);
  const look = createExtensionLook(openStatements(directories), seen, clock);
  const { strange } = look.started({ directories: [root], config }, root, "any");
  if (strange.length === 0) return [];
  const text = `agents bring code that nobody agreed to, and are refused: ${agentsNamed(strange)}`;
  return keepsAgentCodeOut(managed)
    ? [text]
    : [
        `${text}; but \`claude --agent NAME\` runs it before sallyport is asked: read a definition before you start a session as it`,
      ];
}

function agentsNamed(agents: readonly SeenExtension[]): string {
  const names = agents
    .slice(0, NAMED_MAX)
    .map(({ place, brings }) => `${place} (${brings.join(" and ")})`);
  const more = agents.length > NAMED_MAX ? ` and ${agents.length - NAMED_MAX} more` : "";
  return printable(`${names.join(", ")}${more}`);
}

function modCheck(root: string, { directories, environment, nowMs, ours }: Surroundings): Check {
  const mods = statusMods(root, { directories, environment, nowMs });
  const strange = unagreed(mods);
  const about = "mods";
  if (mods.length === 0) return { about, level: "ok", text: "nothing runs inside of the client" };
  if (strange.length === 0)
    return {
      about,
      level: "note",
      text: `code of ${named(mods)} runs inside of the client; a person agreed to all that is loaded`,
    };
  return {
    about,
    level: "found",
    text: `code runs inside of the client that nobody agreed to, and sessions are held: ${named(strange)}`,
    repair: ours(
      `mods ${strange.every(({ uncounted }) => uncounted === undefined) ? "agree" : "list"} --project ${shellWord(root)}`,
    ),
  };
}

/** The mods of a project as they stand now. */
export function statusMods(
  root: string,
  { directories, environment, nowMs }: Pick<Surroundings, "directories" | "environment" | "nowMs">,
): readonly SeenMod[] {
  const config = configDirectoryIn(environment, environment["HOME"] ?? homeDirectory());
  const hasAgreed = agreements(openStatements(directories), () => nowMs);
  return seenMods(findMods({ directories: [root], config }), hasAgreed, root);
}

function named(mods: readonly SeenMod[]): string {
  const names = mods.slice(0, NAMED_MAX).map(({ name, file }) => `${name} (${file})`);
  const more = mods.length > NAMED_MAX ? ` and ${mods.length - NAMED_MAX} more` : "";
  return printable(`${names.join(", ")}${more}`);
}

function heldChecks({ directories, ours }: Surroundings): readonly Check[] {
  return openHeldSessions(directories)
    .all()
    .map(({ sessionId, cause, what }) => ({
      about: "held",
      level: "found",
      text: printable(`every call of the session ${sessionId} is refused, because ${what}`),
      repair:
        cause === "mods" ? ours("mods list") : ours(`session release ${shellWord(sessionId)}`),
    }));
}

/**
 * Which tier our hooks stand in, and against whom they hold. WHY a note and no finding: only an administrator can place managed
 * settings, and most people have none.
 */
function tierCheck(sources: readonly LintSource[]): Check {
  const about = "tier";
  const hooked = sources.filter(({ text, file }) => holds(text, file));
  if (hooked.length === 0)
    return {
      about,
      level: "note",
      text: "user and project hooks: they hold against the agent, and are advisory against code inside of the client (mods); managed settings hold against both",
    };
  return keepsModsOut(sources)
    ? {
        about,
        level: "ok",
        text: "managed hooks, and only mods of the organization load: they hold against the agent, projects and mods",
      }
    : {
        about,
        level: "note",
        text: `managed hooks: refusals hold against the agent, projects and mods; a mod can still act by itself, because \`pluginConfigs["${MODS_PLUGIN}"].options.allowManagedModsOnly\` is not set`,
      };
}

function holds(text: string | undefined, file: string): boolean {
  try {
    return text !== undefined && hasOurHooks(text, file);
  } catch (cause) {
    if (cause instanceof Failure) return false;
    throw cause;
  }
}
