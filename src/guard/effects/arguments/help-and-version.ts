// Calls that ask a program about itself: `rm --help`, `cargo publish --help`, whatever it would do when told otherwise.
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence, ModelContext } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { madeOf } from "../model/filter.ts";

const ASKS = /^--(?:help|version)$/;
/** Behind a verb a version is a value (`helm install --version 1.2`), and `-h` at the end has no room for one. */
const ASKS_OF_VERB = /^(?:--help|-help|-h)$/;
/** Options that take no value in any program that has them: the question cannot be theirs. */
const PLAIN = /^--(?:dry-run|force|verbose|quiet|all|yes|json)$/;

/** Programs that take an option they do not know for none, and go on to read what they should run. */
const GO_ON: ReadonlySet<string> = new Set(["tclsh", "wish", "erl", "sallyport", "git"]);
/** Programs that load code of the project before they look at their words. */
const LOAD_FIRST: ReadonlySet<string> = new Set(["composer", "git", "sallyport"]);
/** Managers that hand words behind a script to the script, and verbs of theirs that are the names of scripts. */
const HANDS_ON = /^(?:yarn|pnpm|bun|dotnet)$/;
const SCRIPTS =
  /^(?:t|tst|test|start|stop|restart|serve|build|dev|lint|edit|deploy|set-script|watch)$/;

/** Programs that show their help as a page of the manual. */
const PAGES: ReadonlySet<string> = new Set(["cargo", "bundle"]);

/**
 * What follows from a call that only asks a modelled program about itself: what the program always starts, and text.
 * Undefined for any other call. An option that may be a value of another option is no such question.
 */
export function asksForHelpOrVersion(
  model: CommandModel,
  { name, args }: { readonly name: string; readonly args: readonly Text[] },
  context: () => ModelContext,
): readonly Consequence[] | undefined {
  const words = args.slice(0, WORDS_MAX + 1).map((word) => textOf(word));
  const isPage = !asksAlone(name, words);
  if (isPage && !asksOfVerb(model, name, words)) return undefined;
  const alone = parseInvocation(model, name, args.slice(-1), undefined);
  return [
    ...model.effects(alone, context()).filter(startsKnown),
    ...(isPage && PAGES.has(name) ? [MANUAL] : []),
    prints(madeOf(EMPTY)),
  ];
}

/** Verbs have up to three words. */
const WORDS_MAX = 5;

function asksAlone(name: string, words: readonly (string | undefined)[]): boolean {
  return words.length === 1 && ASKS.test(words[0] ?? "") && !GO_ON.has(name);
}

function asksOfVerb(
  { isVerb }: CommandModel,
  name: string,
  words: readonly (string | undefined)[],
): boolean {
  if (isVerb === undefined || words.length < 2 || words.length > WORDS_MAX) return false;
  if (!ASKS_OF_VERB.test(words.at(-1) ?? "") || LOAD_FIRST.has(name)) return false;
  const before = words.slice(0, -1).filter((word) => !PLAIN.test(word ?? ""));
  if (before.length === 0 || before.includes(undefined)) return false;
  if (HANDS_ON.test(name) && SCRIPTS.test(before[0] ?? "")) return false;
  return isVerb(before.join(" "));
}

const MANUAL: Consequence = {
  kind: "effect",
  effect: { kind: "execute", program: "man", origin: "system", reach: "modelled" },
};

function startsKnown(one: Consequence): boolean {
  return one.kind === "effect" && one.effect.kind === "execute" && one.effect.reach === "modelled";
}
