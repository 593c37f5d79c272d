// What a light reading of a program has seen: effects of its calls, and whether it may do anything else.
import { literal, sourcesOf } from "../../shell/text.ts";
import { type Consequence, deletes, type ModelContext, reads, writes } from "../command-model.ts";
import { parseDestination } from "../destination.ts";
import type { DataSource, Reach } from "../effect.ts";
import { shellRuns } from "./shell-code.ts";

/** Texts in one program that are tried as names of files. */
const MENTIONS_MAX = 64;

type PathAct = { readonly reads: boolean; readonly writes: boolean; readonly deletes: boolean };

/** Collects what one program does. */
export class Sightings {
  readonly context: ModelContext;
  readonly #found: Consequence[] = [];
  readonly #mentioned = new Set<string>();
  readonly #sources: DataSource[] = [{ kind: "argument" }];
  readonly #paths = new Set<string>();
  #proven = true;
  readonly #acts: PathAct[] = [];
  #joins = false;
  #loads = false;

  constructor(context: ModelContext, sources: readonly DataSource[]) {
    this.context = context;
    this.#sources.push(...sources);
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
  makesPath(path: string): void {
    this.#paths.add(path);
  }

  /** A method of such values is called: on which of them is not followed. */
  actsOnPaths(act: PathAct): void {
    this.#acts.push(act);
  }

  /** Values are joined by an operator: a path may come of it. */
  joins(): void {
    this.#joins = true;
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

  read(path: string, reach: Reach = "entry"): void {
    this.add(reads(literal(path), reach));
    this.#sources.push(...sourcesOf(this.context.contentOf(literal(path))));
  }

  write(path: string, mode: "create" | "append" | "change", reach: Reach = "entry"): void {
    this.add(writes(literal(path), mode, { reach }));
  }

  remove(path: string, reach: Reach): void {
    this.add(deletes(literal(path), reach));
  }

  /** Text that a shell runs. */
  shell(text: string): void {
    this.add(...shellRuns(text));
    this.#sources.push({ kind: "unknown" });
  }

  /** A program that runs without a shell. */
  run(argv: readonly string[]): void {
    if (argv.length > 0) this.add({ kind: "run", argv: argv.map((word) => literal(word)) });
    this.#sources.push({ kind: "unknown" });
  }

  contact(url: string, scheme: string): void {
    this.add({
      kind: "contacts",
      url: literal(url),
      scheme,
      // WHY: what is read after the call in the text may be sent by a loop all the same; the caller adds all sources.
      carries: this.#sources,
    });
    this.#sources.push({ kind: "network", destination: parseDestination(literal(url), scheme) });
  }

  /** Everything seen. An unproven program may read whatever existing file it names. */
  consequences(): readonly Consequence[] {
    if (this.#joins && this.#paths.size > 0 && this.#acts.length > 0) this.#proven = false;
    for (const path of this.#paths) {
      if (this.#acts.some((act) => act.reads)) this.read(path);
      if (this.#acts.some((act) => act.writes)) this.write(path, "change");
      if (this.#acts.some((act) => act.deletes)) this.remove(path, "entry");
    }
    if (this.#proven) return this.#found;
    const named = [...this.#mentioned].filter((text) => this.context.isFile(literal(text)));
    for (const path of named)
      this.#sources.push(...sourcesOf(this.context.contentOf(literal(path))));
    return [...this.#found, ...named.map((path) => reads(literal(path)))];
  }
}
