// The words behind a verb, taken apart by the options that are declared with it.
import { keptFor } from "#base/lazily.ts";
import type { Invocation, OptionSpec } from "./command-model.ts";
import { parseInvocation } from "./parse-invocation.ts";

/** The words of a call of a verb by its options: as a record, what was found of them, and their keys by spellings. */
export function readOptions(
  declared: readonly OptionSpec[],
  call: Pick<Invocation, "name" | "stdin"> & { readonly words: Invocation["args"] },
): {
  readonly own: Options;
  readonly parsed: Invocation;
  readonly keysOf: (names: readonly string[]) => readonly string[];
} {
  const own = ownOptions(declared);
  return {
    own,
    parsed: parseInvocation(
      { options: own, optionsEnd: "anywhere" },
      call.name,
      call.words,
      call.stdin,
    ),
    keysOf: (names) =>
      Object.keys(own).filter((key) => own[key]?.names.some((name) => names.includes(name))),
  };
}

type Options = Readonly<Record<string, OptionSpec>>;

/** The options of a verb by their place in its list. WHY kept: what is made of them for a call is kept by this record. */
const ownOptions = keptFor(
  (list: readonly OptionSpec[]): Options =>
    Object.fromEntries(list.map((option, at) => [String(at), option])),
);
