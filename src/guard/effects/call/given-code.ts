// Programs that are given code to run, in their words, on their input or in a file: what of it comes from the network.
import { FIELDS_MAX } from "#base/limits.ts";
import { baseName } from "#base/path.ts";
import type { Place, ProgramCall } from "../../shell/host.ts";
import { EMPTY, sourcesOf, textOf } from "../../shell/text.ts";
import { isInterpreter, readsCodeFromInput, runsAddress } from "../interpreters.ts";
import { obeysNetwork } from "../languages/remote-control.ts";
import type { EffectNotes } from "./effect-notes.ts";
import type { FileContents } from "./file-contents.ts";

/** Programs with a model that translate or run code which they are given in languages that are not read. */
const TRANSLATORS =
  /^(?:[gmn]?awk|elixir|erl|groovy|osascript|sqlite3|go|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|tcc|rustc|deno|bun|vim?|vim|nvim|view|ex|emacs|gdb|lua[\d.]*|luajit|tclsh[\d.]*|expect|m4|R|Rscript|julia|swift|kotlinc?|scala)$/;

/** Programs with a model that run a file which they are given. */
const LOADERS = /^(?:java|groovy|scala|kotlin|swift|elixir|escript|julia|mono|dotnet|wine)$/;

type Parts = {
  readonly notes: EffectNotes;
  readonly contents: FileContents;
};

/** Notes that programs run what came from the network. */
export class GivenCode {
  readonly #notes: EffectNotes;
  readonly #contents: FileContents;

  constructor(parts: Parts) {
    this.#notes = parts.notes;
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
    if (obeys || runsAddress(name, operands) || this.#runsBrought(name, call)) {
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
  noteOfModelled(name: string, call: ProgramCall, place: Place): void {
    if (TRANSLATORS.test(name) && this.#isGivenRemoteControl(call))
      this.#notes.add(
        { kind: "execute", program: name, origin: "download", reach: "unbounded" },
        place,
      );
    const words = call.argv.slice(1).map((word) => textOf(word));
    if (
      /^(?:deno|bun|osascript)$/.test(name) &&
      readsCodeFromInput(name, words) &&
      sourcesOf(call.stdin ?? EMPTY).some((source) => source.kind === "network")
    )
      this.#notes.add(
        { kind: "execute", program: name, origin: "download", reach: "unbounded" },
        place,
      );
    const isRunner = name === "go" ? textOf(call.argv[1] ?? []) === "run" : LOADERS.test(name);
    if (isRunner && this.#isGivenBrought(call))
      this.#notes.add(
        { kind: "execute", program: name, origin: "download", reach: "unbounded" },
        place,
      );
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
      if (value === undefined || value.startsWith("-")) return false;
      return sourcesOf(this.#contents.of(word, place)).some((source) => source.kind === "network");
    });
  }
}
