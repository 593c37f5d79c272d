// Source files that the call itself wrote and a compiler or runner is given: what they hold is what runs.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { interpret, type OwnReading, unbounded } from "./interpret.ts";
import type { Language } from "./evaluation/language.ts";
import { obeysNetwork } from "./heuristics/remote-control.ts";

const SOURCE = /\.(?:[cm]?[jt]sx?|go|rs|c|cc|cpp|cs|java|kts?|swift|zig|nim|cr|d|f90|hs|ml|v)$/;

/** Runs what the call wrote to any of these words' files; read as `language` where one is given. */
export function runsWritten(
  words: readonly Text[],
  context: ModelContext,
  language?: Language | OwnReading,
): readonly Consequence[] {
  return words.flatMap((word) =>
    writtenTexts(word, context).flatMap((code) =>
      language === undefined
        ? unbounded(obeysNetwork(code) ? "download" : "generated", textOf(word))
        : interpret(
            [[{ kind: "text", text: code }]],
            language,
            context,
            { stdin: undefined, operands: [] },
            "generated",
          ),
    ),
  );
}

/** Whether any of these words' files was written by the call with code that does what the network tells it. */
export function obeysNetworkIn(words: readonly Text[], context: ModelContext): boolean {
  return words.some((word) => writtenTexts(word, context).some(obeysNetwork));
}

function writtenTexts(word: Text, context: ModelContext): readonly string[] {
  if (!SOURCE.test(textOf(word) ?? "")) return [];
  return context.contentOf(word).flatMap((text) => {
    const code = textOf(text);
    return code === undefined || code === "" ? [] : [code];
  });
}
