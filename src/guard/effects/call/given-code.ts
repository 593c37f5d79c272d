// Programs that are given code to run, in their words, on their input or in a file: what of it comes from the network.
import { byName } from "#base/by-name.ts";
import { FIELDS_MAX } from "#base/limits.ts";
import { baseName } from "#base/path.ts";
import type { CallSite, ProgramCall } from "../../shell/values/host.ts";
import { EMPTY, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { isInterpreter, readsCodeFromInput, runsAddress } from "../programs/interpreters.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { mayOpenDoor, opensRemoteShell } from "../network/remote-shell-listeners.ts";
import type { Facts } from "../../facts/facts.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { startsWithWritten } from "./startup-files.ts";
import type { EffectNotes } from "./effect-notes.ts";
import type { FileContents } from "./file-contents.ts";

/** Programs with a model that translate or run code which they are given in languages that are not read. */
const TRANSLATORS =
  /^(?:[gmn]?awk|elixir|erl|groovy|osascript|sqlite3|go|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|tcc|rustc|deno|bun|vim?|vim|nvim|view|ex|emacs|gdb|lua[\d.]*|luajit|tclsh[\d.]*|expect|m4|R|Rscript|julia|swift|kotlinc?|scala)$/;

/** Programs with a model that run a file which they are given. */
const LOADERS = /^(?:java|groovy|scala|kotlin|swift|elixir|escript|julia|mono|dotnet|wine)$/;

/** Programs with a model that run a file where their words say so: by program, what the words have in them then. */
const RUNS_FILE: readonly (readonly [name: RegExp, line: RegExp])[] = [
  [/^(?:vi|vim|nvim|view|ex)$/, /(?:^|\s)-(?:u|S|s)\b/],
  [/^emacs$/, /(?:^|\s)(?:-l|-s?cript|--script|--load|-load)\b/],
  [/^(?:gdb|lldb)$/, /(?:^|\s)(?:-x|--command|-s|--source|-ix)\b/],
  [/^g?sed$/, /(?:^|\s)(?:-\w*f|--file)\b/],
  [/^dpkg$/, /(?:^|\s)(?:-\w*i|--install|--unpack)\b/],
  [
    /^(?:rpm|dnf|yum|zypper)$/,
    /(?:^|\s)(?:-\w*[iU]\w*|--install|--upgrade|install|localinstall)\b/,
  ],
  [/^apt(?:-get)?$/, /(?:^|\s)install\b/],
  [/^(?:pip[\d.]*|pipx|uv)$/, /(?:^|\s)install\b/],
  [/^(?:docker|podman|nerdctl)$/, /(?:^|\s)compose\s.*\b(?:up|run|start|create|build)\b/],
  [/^(?:docker-compose|podman-compose)$/, /\b(?:up|run|start|create|build)\b/],
  [/^(?:ansible-playbook|act|guix|nix-shell|nix-build)$/, /\S/],
];

/** Files that a program loads by itself from where it stands, without being told. */
const LOADS_BY_ITSELF: readonly (readonly [
  name: RegExp,
  line: RegExp,
  files: readonly string[],
])[] = [
  [/^(?:pytest|py\.test)$/, /^(?!.*--(?:noconftest|version|help))/, ["conftest.py"]],
  [
    /^(?:pip[\d.]*|uv)$/,
    /\binstall\s(?:.*\s)?\.(?:\s|$|\[)/,
    ["setup.py", "pyproject.toml", "setup.cfg"],
  ],
  [
    /^(?:docker|podman|nerdctl)$/,
    /(?:^|\s)compose\s(?!.*(?:^|\s)-f)(?:.*\s)?(?:up|run|start|create|build)\b/,
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"],
  ],
  [
    /^docker-compose$/,
    /^(?!.*(?:^|\s)-f).*\b(?:up|run|start|create|build)\b/,
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"],
  ],
];

/** What a program with a model may do with what it is given; undefined for most. */
const roleOf = byName((name) => {
  const role = {
    translates: TRANSLATORS.test(name),
    readsInput: /^(?:deno|bun|osascript)$/.test(name),
    loads: LOADERS.test(name),
    runsFile: RUNS_FILE.flatMap(([names, told]) => (names.test(name) ? [told] : [])),
    loadsByItself: LOADS_BY_ITSELF.filter(([names]) => names.test(name)),
    opens: mayOpenDoor(name),
  };
  return Object.values(role).some((one) => (Array.isArray(one) ? one.length > 0 : one))
    ? role
    : undefined;
});

type Parts = {
  readonly session: Facts["session"];
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly contents: FileContents;
};

/** Notes that programs run what came from the network. */
export class GivenCode {
  readonly #session: Facts["session"];
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #contents: FileContents;

  constructor(parts: Parts) {
    this.#session = parts.session;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#contents = parts.contents;
  }

  /** A program without a model is given code. An interpreter that is given no file runs what comes in. */
  noteOfUnknown(call: ProgramCall): void {
    const name = baseName(call.name);
    const operands = call.argv.slice(1).map((word) => textOf(word));
    const given = call.argv
      .slice(1, FIELDS_MAX)
      .flatMap((word) => this.#contents.writtenText(word, call));
    const texts = [...operands, ...(call.stdin ?? EMPTY).map(textOf), ...given];
    const obeys = texts.some((text) => text !== undefined && obeysNetwork(text));
    if (
      obeys ||
      runsAddress(name, operands) ||
      opensRemoteShell(name, operands) ||
      this.#runsBrought(name, call)
    ) {
      this.#notes.add(
        { kind: "execute", program: call.name, origin: "download", reach: "unbounded" },
        call.place,
      );
    }
    if (!readsCodeFromInput(baseName(call.name), operands)) return;
    if (sourcesOf(call.stdin ?? EMPTY).some((source) => source.kind === "network")) {
      this.#notes.add(
        { kind: "execute", program: call.name, origin: "download", reach: "unbounded" },
        call.place,
      );
    }
  }

  /** A program with a model may translate or load the code that it is given. */
  noteOfModelled(name: string, call: ProgramCall, place: CallSite): void {
    this.#noteStartup(name, call, place);
    const role = roleOf(name);
    if (role === undefined) return;
    if (role.translates && this.#isGivenRemoteControl(call))
      this.#notes.add(
        { kind: "execute", program: name, origin: "download", reach: "unbounded" },
        place,
      );
    const words = call.argv.slice(1).map((word) => textOf(word));
    if (
      role.readsInput &&
      readsCodeFromInput(name, words) &&
      sourcesOf(call.stdin ?? EMPTY).some((source) => source.kind === "network")
    )
      this.#notes.add(
        { kind: "execute", program: name, origin: "download", reach: "unbounded" },
        place,
      );
    const line = words.map((word) => word ?? "?").join(" ");
    const isRunner =
      name === "go"
        ? textOf(call.argv[1] ?? []) === "run"
        : role.loads || role.runsFile.some((told) => told.test(line));
    const isLoaded = role.loadsByItself.some(
      ([, told, files]) =>
        told.test(line) && files.some((file) => this.#isBrought(literal(file), call.place)),
    );
    if (
      (isRunner && this.#isGivenBrought(call)) ||
      isLoaded ||
      (role.opens && opensRemoteShell(name, words))
    )
      this.#notes.add(
        { kind: "execute", program: name, origin: "download", reach: "unbounded" },
        place,
      );
  }

  /** WHY anything: what a file of start-up says is the program's own language, of which models know the words of calls. */
  #noteStartup(name: string, { argv }: ProgramCall, place: CallSite): void {
    if (this.#files.size === 0) return;
    const written = () => this.#files.paths();
    const { directories } = place;
    if (!startsWithWritten(name, argv.slice(1), this.#session.home, { written, directories }))
      return;
    this.#notes.add(
      { kind: "execute", program: name, origin: "generated", reach: "unbounded" },
      place,
    );
    this.#files.changeAnything();
  }

  /** Whether a program is given code that lets the network say what runs: in its words, on its input or in a file of the call. */
  #isGivenRemoteControl(call: ProgramCall): boolean {
    const words = call.argv.slice(1, FIELDS_MAX);
    const texts = [
      ...[...words, ...(call.stdin ?? EMPTY)].map(textOf),
      ...words.flatMap((word) => this.#contents.writtenText(word, call)),
    ];
    return texts.some((text) => text !== undefined && obeysNetwork(text));
  }

  /** An interpreter is given a file that came from the network in this call. */
  #runsBrought(name: string, call: ProgramCall): boolean {
    return isInterpreter(name) && this.#isGivenBrought(call);
  }

  #isGivenBrought({ argv, place }: ProgramCall): boolean {
    return argv.slice(1, FIELDS_MAX).some((word) => {
      const value = textOf(word);
      if (value === undefined) return false;
      const glued = /^--[\w-]+=(.+)$/s.exec(value)?.[1];
      if (glued !== undefined) return this.#isBrought(literal(glued), place);
      return !value.startsWith("-") && this.#isBrought(word, place);
    });
  }

  #isBrought(path: Text, place: CallSite): boolean {
    return sourcesOf(this.#contents.of(path, place)).some((source) => source.kind === "network");
  }
}
