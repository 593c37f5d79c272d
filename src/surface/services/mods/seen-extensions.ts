// How extensions with code stand: agreed to, unlike what was agreed to, or only seen; and which of them hold a session.
import { parentPath } from "#base/path.ts";
import type { Statement } from "#govern/exceptions/statement.ts";
import type { ExtensionStanding } from "#record/event/session-events.ts";
import type { StatementStore } from "../exceptions/statements.ts";
import { modStatements } from "./agreed-mods.ts";
import { findAgents, type FoundAgents, startedAgents } from "./agents.ts";
import { agentExtension, type Extension, findExtensions } from "./extensions.ts";
import type { ModPlaces } from "./find-mods.ts";
import type { SeenDigests } from "./kept-lists.ts";

export type SeenExtension = Extension & { readonly standing: ExtensionStanding };

/** The agreements in force about one thing. */
export type AgreedTo = (
  name: string,
  origin: Extension["origin"],
  project: string,
) => readonly Statement[];

/** Looks for extensions. Never throws. */
export type ExtensionLook = {
  /** Of a session's start: all of them, and from then on they are known. */
  atStart(places: ModPlaces, project: string): readonly SeenExtension[];
  /** Before each call: those that are unlike what a person agreed to. */
  broken(places: ModPlaces, project: string): readonly SeenExtension[];
  /** Whether a person agreed to the skill or command of this file as it is. */
  isAgreed(places: ModPlaces, project: string, file: string): boolean;
  /** What starting agents of these names brings: code that nobody agreed to, and skills that are loaded with them. */
  started(places: ModPlaces, project: string, names: readonly string[] | "any"): StartedAgents;
};

/** `skills`: undefined where they cannot be told. `tooMany`: folders of definitions that hold more than is looked at. */
export type StartedAgents = {
  readonly strange: readonly SeenExtension[];
  readonly skills: readonly string[] | undefined;
  readonly tooMany: FoundAgents["tooMany"];
};

/** How long what was found counts; a call that comes later looks again. */
const LOOK_MS = 1_000;

/**
 * The agreements that count now, newest first. WHY by who brought it: a repository must not bring down what a person agreed to
 * of their own by bringing another thing of its name.
 */
export function agreedTo(statements: StatementStore, nowMs: () => number): AgreedTo {
  return (name, origin, project) =>
    modStatements(statements, nowMs())
      .filter(({ about, scope }) => about === name && isMeant(scope, origin, project))
      .toSorted((one, other) => other.createdMs - one.createdMs);
}

function isMeant(scope: Statement["scope"], origin: Extension["origin"], project: string): boolean {
  if (origin === "project") return scope.of === "project" && scope.path === project;
  return scope.of === "all";
}

/** Each extension with how it stands. */
export function standingOf(
  found: readonly Extension[],
  project: string,
  {
    agreed,
    seen,
  }: { readonly agreed: AgreedTo; readonly seen: (place: string) => string | undefined },
): readonly SeenExtension[] {
  return found.map((one) => {
    const { name, origin, digest, uncounted, place } = one;
    const digests = agreed(name, origin, project).map((statement) => statement.digest);
    if (digests.length > 0) {
      const isSame = uncounted === undefined && digests.includes(digest);
      return { ...one, standing: isSame ? "agreed" : "unlike-agreed" };
    }
    const before = seen(place);
    const unasked = before === undefined ? "new" : before === digest ? "known" : "changed";
    return { ...one, standing: unasked };
  });
}

/** Builds the look. */
export function createExtensionLook(
  statements: StatementStore,
  seen: SeenDigests,
  clock: { readonly nowMs: () => number; readonly monotonicMs: () => number },
): ExtensionLook {
  const agreed = agreedTo(statements, clock.nowMs);
  let last: { readonly key: string; readonly atMs: number; readonly found: readonly Extension[] };
  const named = (places: ModPlaces) => {
    const names = new Set(modStatements(statements, clock.nowMs()).map(({ about }) => about));
    if (names.size === 0) return [];
    const key = JSON.stringify([places, [...names]]);
    const atMs = clock.monotonicMs();
    if (last?.key !== key || atMs - last.atMs >= LOOK_MS)
      last = { key, atMs, found: findExtensions(places, (name) => names.has(name)) };
    return last.found;
  };
  return {
    atStart(places, project) {
      const found = findExtensions(places);
      const { digestOf, keep } = seen.of(project);
      const all = standingOf(found, project, { agreed, seen: digestOf });
      keep(found);
      return all;
    },
    started(places, project, names) {
      const { definitions, tooMany } = findAgents(places);
      const started = startedAgents(definitions, names);
      const bringing = started.filter(({ brings }) => brings.length > 0).map(agentExtension);
      const strange = standingOf(bringing, project, {
        agreed,
        seen: seen.of(project).digestOf,
      });
      const skills = started.map((one) => one.skills);
      return {
        strange: strange.filter(isUnagreedAgent),
        skills: skills.includes(undefined) ? undefined : skills.flatMap((one) => one ?? []),
        tooMany,
      };
    },
    isAgreed(places, project, file) {
      const found = findExtensions(places).filter(
        ({ place }) => place === file || place === parentPath(file),
      );
      const stands = standingOf(found, project, { agreed, seen: () => undefined });
      return stands.some(({ standing }) => standing === "agreed");
    },
    broken: (places, project) =>
      standingOf(named(places), project, { agreed, seen: () => undefined }).filter(isBroken),
  };
}

/** Whether it holds a session: a person agreed to it, the client runs it, and it is another one now. */
export function isBroken({ standing: how, isLoaded }: SeenExtension): boolean {
  return how === "unlike-agreed" && isLoaded;
}

/** Whether no call may start it: an agent that brings code, and no person agreed to it as it is. */
export function isUnagreedAgent({ kind, standing: how, isLoaded }: SeenExtension): boolean {
  return kind === "agent" && isLoaded && how !== "agreed";
}
