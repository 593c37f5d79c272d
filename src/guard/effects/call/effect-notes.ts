// Notes the effects of one call, each once, with the places that they come from.
import { EFFECTS_MAX } from "#base/limits.ts";
import type { CallSite } from "../../shell/values/host.ts";
import type { EffectBody } from "../model/command-model.ts";
import type { Effect, UnknownReason } from "../../vocabulary/effect.ts";
import type { GitSettings } from "../../vocabulary/git-settings.ts";
import type { SignatureUse } from "../../vocabulary/signature-use.ts";
import type { RemoteUse } from "../../vocabulary/remote-use.ts";
import type { Origin } from "../model/ran-command.ts";

/** Places that are kept of one effect. */
const ORIGINS_MAX = 16;
/** Repositories, packages and paths that one effect is about; what is left out is not covered. */
const SUBJECTS_MAX = 256;
/** Remotes of one call, and branches that it puts git on. */
const REMOTES_MAX = 64;
const BRANCHES_MAX = 64;

/** Collects effects. */
export class EffectNotes {
  readonly #effects = new Map<string, Effect>();
  /** Where each effect comes from, by its key; nothing where it comes from more places than are kept. */
  readonly #origins = new Map<string, Origin[] | undefined>();
  readonly #signatures = new Set<SignatureUse>();
  readonly #settings = new Set<GitSettings>();
  readonly #remotes = new Map<string, RemoteUse>();
  readonly #branches = new Set<string>();
  #isProvenByReading = false;

  /** Notes an effect, each only once; past EFFECTS_MAX only that there were more. */
  add(body: EffectBody, place: Pick<CallSite, "via" | "at" | "isCovered">): void {
    if (place.isCovered === true && isVague(body)) return;
    if (this.#effects.size >= EFFECTS_MAX) {
      const more: Effect = {
        kind: "unknown",
        reason: "budget",
        detail: "more effects than are listed",
        via: [],
        at: undefined,
      };
      this.#effects.set("more", more);
      return;
    }
    const { via, at } = place;
    const key = JSON.stringify({ ...body, subjects: undefined });
    const before = this.#effects.get(key);
    if (before === undefined) {
      this.#effects.set(key, { ...body, via, at });
      this.#origins.set(key, [{ via, at }]);
      return;
    }
    this.#effects.set(key, aboutBoth(before, body));
    const origins = this.#origins.get(key);
    if (origins === undefined) return;
    if (origins.length >= ORIGINS_MAX) this.#origins.set(key, undefined);
    else origins.push({ via, at });
  }

  /** Notes that something cannot be told. */
  unknown(reason: UnknownReason, detail: string, place: CallSite): void {
    this.add({ kind: "unknown", reason, detail }, place);
  }

  /** What is made may be signed, or signatures are looked at. */
  signs(use: SignatureUse): void {
    this.#signatures.add(use);
  }

  /** What was noted of signatures. */
  signatures(): readonly SignatureUse[] {
    return [...this.#signatures];
  }

  /** Git may write these settings. */
  settles(whose: GitSettings): void {
    this.#settings.add(whose);
  }

  /** Whose settings git may write. */
  gitSettings(): readonly GitSettings[] {
    return [...this.#settings];
  }

  /** A remote is reached over ssh or http. WHY nothing past the bound: who reaches more has no effect that fits, so nobody does it for it. */
  reaches(use: RemoteUse): void {
    if (this.#remotes.size < REMOTES_MAX) this.#remotes.set(JSON.stringify(use), use);
  }

  /** Remotes that are reached over ssh or http, each with what may change there. */
  remotes(): readonly RemoteUse[] {
    return [...this.#remotes.values()];
  }

  /** Git is on this branch from here on, if that is reached. */
  takesBranch(name: string): void {
    if (this.#branches.size < BRANCHES_MAX) this.#branches.add(name);
  }

  /** Branches that git was put on. */
  branches(): readonly string[] {
    return [...this.#branches];
  }

  /** Code of another language was read, and nothing else than what is noted happens in it. */
  provedByReading(): void {
    this.#isProvenByReading = true;
  }

  get isProvenByReading(): boolean {
    return this.#isProvenByReading;
  }

  /** What was noted so far, in its order. */
  effects(): Iterable<Effect> {
    return this.#effects.values();
  }

  /** From where the effects come, in their order; undefined for one that comes from more places than are kept. */
  origins(): readonly (readonly Origin[] | undefined)[] {
    return [...this.#effects.keys()].map((key) => this.#origins.get(key));
  }
}

/** Whether an effect says no more than that something cannot be told. */
function isVague(body: EffectBody): boolean {
  switch (body.kind) {
    case "unknown":
      return true;
    case "execute":
      return body.origin === "unknown";
    case "read":
    case "write":
    case "delete":
      return body.target.kind === "unresolved";
    default:
      return false;
  }
}

/** What two equal effects are about: all that each of them is, or anything. */
function aboutBoth(before: Effect, body: EffectBody): Effect {
  if (!("subjects" in before) || before.subjects === undefined) return before;
  const { subjects, ...rest } = before;
  const more = "subjects" in body ? body.subjects : undefined;
  if (more === undefined) return rest;
  return { ...rest, subjects: [...new Set([...subjects, ...more])].slice(0, SUBJECTS_MAX) };
}
