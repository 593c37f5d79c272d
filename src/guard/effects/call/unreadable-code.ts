// Code that runs as text of the shell and is not known, or only by the file that it comes from.
import { isWithin } from "#base/path.ts";
import type { CallSite } from "../../shell/values/host.ts";
import {
  EMPTY,
  literal,
  sourcesOf,
  type Text,
  textOf,
  type TextSet,
  weightOf,
  wholeFile,
} from "../../shell/values/text.ts";
import type { CodeOrigin, DataSource } from "../../vocabulary/effect.ts";
import type { Ask } from "../paths/targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { CodeOrigins } from "./code-origins.ts";
import type { EffectNotes } from "./effect-notes.ts";

type Parts = {
  readonly ask: Ask;
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly origins: CodeOrigins;
};

/** Says where unknown code comes from, and reads it where facts show it. */
export class UnreadableCode {
  readonly #ask: Ask;
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #origins: CodeOrigins;
  /** Files that ran as code, with where. */
  readonly #ranFrom = new Map<string, CallSite>();

  constructor(parts: Parts) {
    this.#ask = parts.ask;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#origins = parts.origins;
  }

  /** What can be read of text that is about to run as shell code; the execution of the rest is noted. */
  readable(texts: TextSet, place: CallSite): TextSet {
    const readable: Text[] = [];
    for (const text of texts) {
      if (textOf(text) !== undefined) readable.push(text);
      else readable.push(...this.#unreadableCode(text, place));
    }
    return readable.length === 0 ? EMPTY : readable;
  }

  /** Notes files that ran as code and turn out to hold what came from the network. */
  noteDownloads(): void {
    for (const [path, place] of this.#ranFrom) {
      if (this.#origins.of(path) !== "download") continue;
      this.#notes.add(
        { kind: "execute", program: path, origin: "download", reach: "unbounded" },
        place,
      );
    }
  }

  /** Whether data comes from a file, and not certainly from one that neither the project nor the system has. */
  #isOwn(source: DataSource): boolean {
    if (source.kind !== "file") return false;
    const { target } = source;
    return target.kind !== "path" || this.#origins.of(target.real) !== "unknown";
  }

  /** Code whose text is not known: says where it comes from; gives the text if it is a file that facts can show. */
  #unreadableCode(text: Text, place: CallSite): readonly Text[] {
    const sources = sourcesOf([text]);
    for (const one of sources)
      if (one.kind === "file" && one.target.kind === "path")
        this.#ranFrom.set(one.target.path, place);
    const whole = wholeFile(text);
    if (whole?.kind === "path") {
      const { real, path } = whole;
      const origin = this.#origins.of(real);
      const answer = this.#ask({ kind: "text", path: real });
      const script = answer?.kind === "text" && answer.complete ? answer.text : undefined;
      // WHY: what was written in this session is followed, and stays code that nobody has read.
      const isRead = script !== undefined && origin !== "generated";
      this.#notes.add(
        { kind: "execute", program: path, origin, reach: isRead ? "modelled" : "unbounded" },
        place,
      );
      if (script !== undefined && this.#files.mayBeReplaced(real)) {
        // What is read of it now may not be what runs then. WHY not after code of the project: that makes nothing that others wrote.
        const isMade =
          this.#files.isChangedByOthers ||
          [...this.#files.treeRoots()].some((root) => isWithin(root, real));
        const later: CodeOrigin = isMade ? "generated" : "project";
        this.#notes.add(
          { kind: "execute", program: path, origin: later, reach: "unbounded" },
          place,
        );
      }
      // What a virtual environment has for its shell sets where programs are found; else code of a shell may set any variable.
      if (script === undefined)
        this.#files.changeAnything(origin === "project" && ACTIVATES.test(real));
      return script === undefined ? [] : [literal(script)];
    }
    this.#files.changeAnything();
    const isOfProject = sources.some((one) => this.#isOwn(one)) || holdsNames(text);
    const origin: CodeOrigin = sources.some((one) => one.kind === "network")
      ? "download"
      : isOfProject
        ? "project"
        : "unknown";
    this.#notes.add({ kind: "execute", program: undefined, origin, reach: "unbounded" }, place);
    if (origin === "unknown")
      this.#notes.unknown("dynamic-code", "code whose text is not known", place);
    return withStandIns(text);
  }
}

const ACTIVATES = /\/bin\/activate(?:\.[a-z]+)?$/;

/** Whether names of the repository are all that is not known of a text. What git prints otherwise may be what it was told. */
function holdsNames(text: Text): boolean {
  const holes = text.filter((piece) => piece.kind === "hole");
  return holes.every(
    ({ like, sources }) =>
      like !== undefined &&
      sources.length > 0 &&
      sources.every(({ kind }) => kind === "repository"),
  );
}

/**
 * Code of which parts are not known, with a plain word in the place of each: what the rest of it surely does shows in it. It
 * stands beside what says that the code may do anything. None where nothing but a name is known.
 */
function withStandIns(text: Text): readonly Text[] {
  const isPartlyKnown = text.some(
    (piece) => piece.kind === "text" && /\w\s|[|;&<>]/.test(piece.text),
  );
  if (!isPartlyKnown || weightOf([text]) > 0) return [];
  return [
    literal(text.map((piece) => (piece.kind === "text" ? piece.text : "something")).join("")),
  ];
}
