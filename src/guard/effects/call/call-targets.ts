// From words to targets within one call, whose own links and renames facts do not show.
import { compileGlob, escapeGlob, globBase } from "#base/glob.ts";
import { cleanPath, isWithin, joinRaw, parentPath } from "#base/path.ts";
import type { CallSite } from "../../shell/values/host.ts";
import { weightOfDirectories } from "../../shell/values/directories.ts";
import { likeOf, literal, type Text, textOf } from "../../shell/values/text.ts";
import { leadsUp, splitAtLastUp } from "../../shell/values/ways-up.ts";
import type { Reach, Target } from "../../vocabulary/effect.ts";
import { throughProcess } from "../paths/proc-paths.ts";
import { type Ask, resolveTargets } from "../paths/targets.ts";
import type { ChangedFiles } from "./changed-files.ts";

type Parts = {
  readonly ask: Ask;
  readonly files: ChangedFiles;
  readonly spend: (steps: number) => boolean;
};

/** Resolves words, and follows names that the call itself made. */
export class CallTargets {
  readonly #ask: Ask;
  readonly #files: ChangedFiles;
  readonly #spend: Parts["spend"];
  /** Paths that the call itself made further names of others, by path; undefined: of something that is not known. */
  readonly #names = new Map<string, string | undefined>();

  constructor(parts: Parts) {
    this.#ask = parts.ask;
    this.#files = parts.files;
    this.#spend = parts.spend;
  }

  /**
   * The places that a word may name, seen from where it stands, through names that the call made too. `costs` is the number of
   * steps that each directory costs: more where more is asked of each place.
   */
  of(text: Text, reach: Reach, place: CallSite, filter?: string, costs = 1): readonly Target[] {
    const { directories } = place;
    if (directories.length > 1 && !this.#spend(costs * weightOfDirectories(directories)))
      return [{ kind: "unresolved", within: undefined, reach }];
    const targets = resolveTargets(text, reach, directories, this.#ask, filter);
    if (this.#names.size === 0) return targets;
    return [
      ...targets,
      ...targets.flatMap((target) => this.#otherNames(target)),
      ...directories.flatMap((directory) => this.#aboveOthers(text, reach, directory)),
    ];
  }

  /** What a word with `..` names behind names that the call itself made: the kernel goes up from where those lead. */
  #aboveOthers(text: Text, reach: Reach, directory: string | undefined): readonly Target[] {
    const raw = joinRaw(directory ?? "/", likeOf(text));
    const split = leadsUp(raw) ? splitAtLastUp(raw) : undefined;
    if (split === undefined) return [];
    const unresolved: Target = { kind: "unresolved", within: undefined, reach };
    const [before, after] = split;
    if (leadsUp(before)) {
      const plain = cleanPath(before);
      return [...this.#names.keys()].some((name) => isWithin(name, plain)) ? [unresolved] : [];
    }
    return this.#otherNames({ kind: "path", path: before, real: before, reach: "entry" }).flatMap(
      (led) =>
        led.kind === "path" && textOf(text) !== undefined
          ? resolveTargets(literal(`${parentPath(led.path)}/${after}`), reach, ["/"], this.#ask)
          : [unresolved],
    );
  }

  /** Whether the call itself made names of others. */
  get hasNames(): boolean {
    return this.#names.size > 0;
  }

  /** Remembers that the call makes `path` lead where `other` leads: facts from before the call do not show it. */
  rename(path: Text, other: Text, place: CallSite): void {
    const from = resolveTargets(other, "entry", place.directories, this.#ask);
    // Files that only a pattern names are ordinary ones, unless the pattern meets a name that the call itself made.
    const made = [...this.#names.keys()];
    const plain = from.every((one) => one.kind === "pattern" && !made.some(compileGlob(one.path)));
    if (plain && from.length > 0) return;
    const [real] = from.map((target) => (target.kind === "path" ? target.real : undefined));
    for (const target of resolveTargets(path, "entry", place.directories, this.#ask)) {
      if (target.kind === "path")
        this.#names.set(target.path, from.length === 1 ? real : undefined);
      else this.#files.changeAnything();
    }
  }

  /** Where a path leads through names that the call itself made. */
  #otherNames(target: Target): readonly Target[] {
    if (target.kind === "unresolved") return [];
    return [...this.#names].flatMap(([name, other]): Target[] => {
      const below = target.kind === "path" ? target.path : globBase(target.path);
      if (!isWithin(name, below) && !(target.kind === "path" && isWithin(name, target.real)))
        return [];
      if (other === undefined)
        return [{ kind: "unresolved", within: undefined, reach: target.reach }];
      if (target.kind === "path") {
        const raw = throughProcess(`${other}/${target.path.slice(name.length)}`, undefined);
        if (raw === undefined)
          return [{ kind: "unresolved", within: undefined, reach: target.reach }];
        const path = cleanPath(raw);
        return [{ kind: "path", path, real: path, reach: target.reach }];
      }
      const prefix = escapeGlob(name);
      if (!target.path.startsWith(prefix))
        return [{ kind: "unresolved", within: undefined, reach: target.reach }];
      return [{ ...target, path: `${escapeGlob(other)}${target.path.slice(prefix.length)}` }];
    });
  }
}
