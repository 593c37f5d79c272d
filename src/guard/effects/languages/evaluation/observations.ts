// What a light reading of a program has seen: effects of its calls, and whether it may do anything else.
import {
  ENVIRONMENT_FILE,
  hole,
  known,
  literal,
  SECRET_VARIABLE,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../../model/command-model.ts";
import { deletes, loads, reads, writes } from "../../model/consequences.ts";
import { seenFrom } from "../../paths/symlink-targets.ts";
import { parseDestination } from "../../network/destination.ts";
import type { DataSource, Reach } from "../../../vocabulary/effect.ts";
import { shellRuns } from "../../model/shell-code.ts";
import type { ValueContext } from "./value.ts";

/** Texts in one program that are tried as names of files. */
const MENTIONS_MAX = 64;

/** Texts of one program that are tried as what it gives to the programs that it starts, and to files. */
const FED_MAX = 4;

/** A path, or the texts that it may be. */
export type Paths = string | TextSet;

function textsFrom(paths: Paths): TextSet {
  return typeof paths === "string" ? known(paths) : paths;
}

type PathAct = { readonly reads: boolean; readonly writes: boolean; readonly deletes: boolean };

/** Collects what one program does. */
export class Observations {
  readonly context: ModelContext;
  readonly #found: Consequence[] = [];
  readonly #mentioned = new Set<string>();
  /** Names of files that a loader was given. */
  readonly #loaded = new Set<string>();
  readonly #sources: DataSource[] = [{ kind: "argument" }];
  readonly #paths: Text[] = [];
  readonly #asked: Text[] = [];
  #proven = true;
  readonly #acts: PathAct[] = [];
  readonly #links: Consequence[] = [];
  readonly #within: {
    readonly place: TextSet;
    readonly inside: TextSet;
    readonly reach: Reach;
  }[] = [];
  #loads = false;

  readonly #operands: readonly Text[];
  readonly #listed: string[] = [];
  #kills = false;

  constructor(
    context: ModelContext,
    sources: readonly DataSource[],
    operands: readonly Text[] = [],
  ) {
    this.context = context;
    this.#operands = operands;
    this.#sources.push(...sources);
  }

  /** What expressions of the program can be worked out from. */
  get values(): ValueContext {
    return {
      home: this.context.home,
      variable: (name) => this.context.valuesOf(name),
      operands: this.#operands,
    };
  }

  /** The program may do more than is noted. */
  cannotTell(): void {
    this.#proven = false;
  }

  get isProven(): boolean {
    return this.#proven;
  }

  /** A literal text: what a program that is not proven may take as a path. */
  mentions(text: string): void {
    if (text.length > 0 && text.length < 1024 && this.#mentioned.size < MENTIONS_MAX)
      this.#mentioned.add(text);
  }

  /** The program makes a value that stands for a path. */
  makesPath(paths: TextSet): void {
    if (this.#paths.length < MENTIONS_MAX) this.#paths.push(...paths);
    else this.#proven = false;
  }

  /** A method of such values is called: on which of them is not followed. */
  actsOnPaths(act: PathAct): void {
    this.#acts.push(act);
  }

  /** The program loads modules by name. */
  imports(): void {
    this.#loads = true;
  }

  get hasImports(): boolean {
    return this.#loads;
  }

  /** What came in and went through the program so far. */
  get sources(): readonly DataSource[] {
    return this.#sources;
  }

  add(...consequences: readonly Consequence[]): void {
    this.#found.push(...consequences);
  }

  read(paths: Paths, reach: Reach = "entry"): void {
    for (const path of textsFrom(paths)) {
      this.add(reads(path, reach));
      this.#sources.push(...sourcesOf(this.context.contentOf(path)));
    }
  }

  /** Files that become the program's settings. */
  load(paths: Paths): void {
    for (const path of textsFrom(paths)) {
      this.add(loads(path));
      this.#sources.push(...sourcesOf(this.context.contentOf(path)));
      const name = textOf(path);
      if (name !== undefined) this.#loaded.add(name);
    }
  }

  /** A secret variable of the environment, or one whose name cannot be told, is looked at. */
  variable(): void {
    this.add(reads(literal(ENVIRONMENT_FILE.path)));
    this.#sources.push(SECRET_VARIABLE);
  }

  write(paths: Paths, mode: "create" | "append" | "change", reach: Reach = "entry"): void {
    for (const path of textsFrom(paths)) this.add(writes(path, mode, { reach }));
  }

  /**
   * A path gets a further name, which the rest of the program and of the call may use instead; undefined: of what is not
   * known. A symbolic link is seen from where it stands.
   */
  link(from: TextSet | undefined, to: TextSet, how: "symbolic" | "hard"): void {
    for (const path of to)
      for (const other of from ?? [[hole("dynamic-path", { splits: false })]]) {
        const sameAs = how === "symbolic" ? seenFrom(path, other) : other;
        // What is linked can be read under the new name, by the rest of the program and by whoever comes later.
        this.#links.push(
          reads(sameAs, "tree"),
          writes(path, "create", { sameAs, content: this.context.contentOf(sameAs) }),
        );
      }
  }

  /** Writes something inside of a place, if that is a directory. */
  writeWithin(place: TextSet, inside: TextSet, reach: Reach): void {
    this.#within.push({ place, inside, reach });
  }

  /** Whether a place may be a directory: there already, or made by the program in a way that is seen or not. */
  #mayBeDirectory(place: TextSet): boolean {
    if (!this.#proven || this.#found.some(({ kind }) => kind === "run" || kind === "script"))
      return true;
    const texts = place.map(textOf);
    const isMade = this.#found.some((one) => {
      if (one.kind !== "writes") return false;
      const path = textOf(one.path);
      // Making a directory is such a change, and may make those above it.
      if (path === undefined || one.mode === "change") return true;
      return texts.some((text) => text === undefined || path.startsWith(`${text}/`));
    });
    return isMade || !place.every((path) => this.context.isNoDirectory(path));
  }

  remove(paths: Paths, reach: Reach): void {
    for (const path of textsFrom(paths)) this.add(deletes(path, reach));
  }

  /** The program ends processes; those that a list of processes gave it are what it ends. */
  kills(): void {
    this.#kills = true;
  }

  /** Text that a shell runs, in `directory` if that is given. */
  shell(text: Paths, directory?: Text): void {
    for (const one of textsFrom(text)) this.#lists(textOf(one));
    const found = shellRuns(textsFrom(text));
    this.add(...found.map((one) => inDirectory(one, directory)));
    this.#sources.push({ kind: "unknown" });
  }

  /** A program that runs without a shell, in `directory` if that is given. */
  run(argv: readonly (string | Text)[], directory?: Text): void {
    const words = argv.map((word) => (typeof word === "string" ? literal(word) : word));
    const plain = words.map(textOf);
    if (!plain.includes(undefined))
      this.#lists(plain.map((word) => `'${(word ?? "").replaceAll("'", `'\\''`)}'`).join(" "));
    if (words.length > 0) this.add(inDirectory({ kind: "run", argv: words }, directory));
    this.#sources.push({ kind: "unknown" });
  }

  /** A command that may list processes by what they are called. */
  #lists(command: string | undefined): void {
    if (command !== undefined && /^'?(?:pgrep|pidof|ps|lsof|fuser)\b/.test(command))
      this.#listed.push(command);
  }

  contact(address: string | Text, scheme: string): void {
    const url = typeof address === "string" ? literal(address) : address;
    this.add({
      kind: "contacts",
      url,
      scheme,
      // WHY: what is read after the call in the text may be sent by a loop all the same; the caller adds all sources.
      carries: this.#sources,
    });
    this.#sources.push({ kind: "network", destination: parseDestination(url, scheme) });
  }

  /** Asks for an address that is wholly known: whatever the program holds, nothing but its words is told to the host. */
  ask(url: Text): void {
    this.#asked.push(url);
    this.#sources.push({ kind: "network", destination: parseDestination(url) });
  }

  /** WHY only in a program that is proven: another may have told its library what to send with each request. */
  #askings(): readonly Consequence[] {
    const carries: readonly DataSource[] = this.#proven ? [{ kind: "argument" }] : this.#sources;
    return this.#asked.map((url) => ({
      kind: "contacts",
      url,
      carries,
      ...(this.#proven ? { asks: true } : {}),
    }));
  }

  /** Everything seen. An unproven program may read whatever existing file it names. */
  consequences(): readonly Consequence[] {
    if (this.#kills) {
      const [command] = this.#listed;
      this.add(
        ...(command === undefined
          ? [{ kind: "run", argv: [literal("kill"), [hole("dynamic-code")]] } as const]
          : this.#listed.flatMap((list) => shellRuns(`kill $(${list})`))),
      );
    }
    for (const path of this.#paths) {
      if (this.#acts.some((act) => act.reads)) this.read([path]);
      if (this.#acts.some((act) => act.writes)) this.write([path], "change");
      if (this.#acts.some((act) => act.deletes)) this.remove([path], "entry");
    }
    for (const { place, inside, reach } of this.#within)
      if (this.#mayBeDirectory(place)) this.write(inside, "create", reach);
    // What is made early in the text may be used anywhere: order is not followed here.
    const found = [
      ...this.#links,
      ...this.#found.map((one) => this.#filled(this.#fed(one))),
      ...this.#askings(),
    ];
    if (this.#proven) return found;
    const named = [...this.#mentioned].filter(
      (text) => !this.#loaded.has(text) && this.context.isFile(literal(text)),
    );
    for (const path of named)
      this.#sources.push(...sourcesOf(this.context.contentOf(literal(path))));
    return [...found, ...named.map((path) => reads(literal(path))), ...this.#sendings()];
  }

  /** An unproven program that looks at the whole environment may send it to any address that it names. */
  #sendings(): readonly Consequence[] {
    if (!this.#sources.some(({ kind }) => kind === "environment")) return [];
    return [...this.#mentioned]
      .filter((text) => /^(?:https?|wss?|ftp):\/\/[^/\s]/.test(text))
      .slice(0, FED_MAX)
      .map((url) => ({ kind: "contacts", url: literal(url), carries: this.#sources }));
  }

  /** A file that the program writes may hold one of its own texts, or whatever went through it: who runs the file runs that. */
  #filled(one: Consequence): Consequence {
    if (one.kind !== "writes" || one.content !== undefined || one.sameAs !== undefined) return one;
    return one.keepsContent === true ? one : { ...one, content: this.#texts() };
  }

  /** What the program starts may read what the program gives it: one of its own texts, or anything else. */
  #fed(one: Consequence): Consequence {
    if ((one.kind !== "run" && one.kind !== "script") || "stdin" in one) return one;
    return { ...one, stdin: this.#texts() };
  }

  /** One of the program's own texts, or anything that went through it. */
  #texts(): TextSet {
    const texts = [...this.#mentioned].filter((text) => /[\s/]/.test(text)).slice(0, FED_MAX);
    return [
      ...texts.map((text) => literal(text)),
      [hole("dynamic-code", { sources: this.#sources })],
    ];
  }
}

/** What runs, where it is told to. */
function inDirectory(one: Consequence, directory: Text | undefined): Consequence {
  if (directory === undefined || (one.kind !== "run" && one.kind !== "script")) return one;
  return { ...one, directory };
}
