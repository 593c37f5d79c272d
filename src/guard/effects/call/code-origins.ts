// Where code that a call runs comes from: the system, the project, this session or the network.
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import { wasWritten } from "../paths/written-places.ts";
import type { CallSite } from "../../shell/values/host.ts";
import { literal, sourcesOf, type Text, textOf, type TextSet } from "../../shell/values/text.ts";
import { isLoopback } from "../network/destination.ts";
import type { CodeOrigin, Destination } from "../../vocabulary/effect.ts";
import { isSetupFile } from "../projects/shell-init-code.ts";
import type { Ask } from "../paths/targets.ts";
import type { CallTargets } from "./call-targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { isPipe, QUIET_DEVICES } from "./devices.ts";
import type { EffectNotes } from "./effect-notes.ts";
import { wasMissing } from "./known-paths.ts";
import { SYSTEM_BINARIES } from "./system-programs.ts";

/** Characters of a variable in which paths are looked for. */
const PATH_LIST_CHARS_MAX = 4_096;

type Parts = {
  readonly facts: Facts;
  readonly ask: Ask;
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly targets: CallTargets;
};

/** Tells the origin of files, with what the call did so far. */
export class CodeOrigins {
  readonly #facts: Facts;
  readonly #ask: Ask;
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #targets: CallTargets;
  /** Whether a program without a model was given an address in this call. */
  #hasStrangerFetched = false;

  constructor(parts: Parts) {
    this.#facts = parts.facts;
    this.#ask = parts.ask;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#targets = parts.targets;
  }

  /** Where the code at an absolute path comes from. */
  of(path: string): CodeOrigin {
    if (this.#files.broughtTo(path).some((source) => source.kind === "network")) return "download";
    if (wasWritten(this.#facts.writtenPaths, path) || this.#files.has(path)) return "generated";
    if (isWithin(this.#facts.session.projectRoot, path)) return "project";
    const isInstalled = SYSTEM_BINARIES.has(parentPath(path)) || isWithin("/usr", path);
    return isInstalled || isSetupFile(path, this.#facts.session.home) ? "system" : "unknown";
  }

  /** Whether the call itself made a file of files of the project alone, all as they were before the session. */
  isMadeOfProject(path: string): boolean {
    const content = this.#files.get(path) ?? [];
    const isMade = content.every(
      (text) => text.some(({ kind }) => kind === "hole") && sourcesOf([text]).length > 0,
    );
    return (
      content.length > 0 &&
      isMade &&
      sourcesOf(content).every(
        (source) =>
          source.kind === "file" &&
          source.target.kind === "path" &&
          source.target.reach === "entry" &&
          this.of(source.target.real) === "project",
      )
    );
  }

  /**
   * Whether a file can only have come from the network: it was not there before the call, and the call contacted a host
   * and ran nothing of the project that could have made it.
   */
  cameWithFetch(text: Text, place: CallSite): boolean {
    const effects = [...this.#notes.effects()];
    const hasFetched =
      this.#hasStrangerFetched ||
      effects.some((effect) => effect.kind === "egress" && isStrange(effect.destination));
    const couldMake = effects.some(
      (effect) =>
        effect.kind === "execute" && effect.reach === "unbounded" && effect.origin !== "system",
    );
    if (!hasFetched || couldMake) return false;
    const targets = this.#targets.of(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every(
        (target) =>
          target.kind === "path" &&
          !isPipe(target.path) &&
          !QUIET_DEVICES.test(target.path) &&
          !this.#files.has(target.path) &&
          wasMissing(target.path, this.#ask),
      )
    );
  }

  /** Whether one of the paths in a variable is, or holds, what came from the network in this call. */
  namesDownload(values: TextSet, place: CallSite): boolean {
    if (this.#files.size === 0) return false;
    const paths = values.flatMap((value) => {
      const names = (textOf(value) ?? "").slice(0, PATH_LIST_CHARS_MAX).split(/[:=\s]+/);
      return place.directories.flatMap((directory) =>
        names.filter((name) => name !== "").map((name) => joinPath(directory ?? "/", name)),
      );
    });
    return paths.some((path) =>
      [path, ...[...this.#files.paths()].filter((written) => isWithin(path, written))].some(
        (one) => this.of(one) === "download",
      ),
    );
  }

  /** A program without a model was given an address beyond this machine. */
  strangerFetched(): void {
    this.#hasStrangerFetched = true;
  }

  /** Where a program that is named by its path comes from. */
  ofProgram(name: string, place: CallSite): CodeOrigin {
    const [directory] = place.directories;
    const path = joinPath(directory ?? "/", name);
    const answer = this.#ask({ kind: "path", path });
    let origin = this.of(answer?.kind === "path" ? answer.real : path);
    const everywhere = place.directories.map((one) => joinPath(one ?? "/", name));
    if (this.#files.has(path)) origin = this.of(path);
    if (everywhere.some((one) => this.of(one) === "download")) origin = "download";
    else if (this.cameWithFetch(literal(path), place)) origin = "download";
    else if (this.isMadeOfProject(path)) origin = "project";
    return origin;
  }
}

/** Whether a destination is a host that the person did not configure, beyond this machine. */
export function isStrange({ known, host }: Destination): boolean {
  return known === undefined && !isLoopback(host ?? "");
}
