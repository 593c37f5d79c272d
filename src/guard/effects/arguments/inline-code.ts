// What programs surely do that are given code of a language which nobody reads: in their words or on their input.
import { byName } from "#base/by-name.ts";
import { FIELDS_MAX } from "#base/limits.ts";
import { EMPTY, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { namedHarm } from "../languages/heuristics/named-harm.ts";

/** Programs with a model that leaves their code aside, or knows only some of the ways in which they are given it. */
const TAKES_CODE =
  /^(?:swift|crystal|nim|nimscript|dotnet|kotlinc?|octave(?:-cli)?|maxima|clojure|clj|lein|scala|scala-cli|sbt|groovy(?:sh)?|gdb|lldb|ocaml|ghci?|runghc|runhaskell|stack|cabal|cargo|go|sage|rake|mix|expect)$/;
const takesCode = byName((name) => TAKES_CODE.test(name));

/** Texts of more are no code that somebody types. */
const TEXTS_MAX = 16;

/** The same of a program with a model. */
export function namedInCodeOf(
  name: string,
  given: { readonly argv: readonly Text[]; readonly stdin: TextSet | undefined },
  home: string,
): readonly Consequence[] {
  return takesCode(name) ? namedInCode(given, home) : [];
}

/** What the words behind the name and the input name, as far as they read like code. */
export function namedInCode(
  { argv, stdin }: { readonly argv: readonly Text[]; readonly stdin: TextSet | undefined },
  home: string,
): readonly Consequence[] {
  return [...argv.slice(1, FIELDS_MAX), ...(stdin ?? EMPTY)]
    .flatMap((text) => {
      const code = textOf(text);
      return code !== undefined && /["'`|]/.test(code) ? [code] : [];
    })
    .slice(0, TEXTS_MAX)
    .flatMap((code) => namedHarm(code, home));
}
