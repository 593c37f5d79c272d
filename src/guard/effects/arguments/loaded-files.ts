// Files that a call names as settings for what it runs: by options whose names say so, of whatever program, and by those of loaders.
import { FIELDS_MAX } from "#base/limits.ts";
import { baseName } from "#base/path.ts";
import type { CallSite } from "../../shell/values/host.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

/** Options by which programs of any kind are told which file of settings to load. */
const LOADS =
  /^--?(?:env-file(?:-if-exists|-path)?|env_file|netrc-file|dotenv(?:-path|-filename|-file)?|var-file|userconfig)$/;

/** Programs whose short options name such a file, and nothing else. */
const LOADERS: ReadonlyMap<string, RegExp> = new Map([
  ...["dotenv", "dotenvx", "dotenv-cli"].map((name) => [name, /^(?:-[ef]|--file|--env)$/] as const),
  ["env-cmd", /^(?:-f|--file)$/],
  ["godotenv", /^-f$/],
  ["flask", /^-e$/],
  ["celery", /^-e$/],
  ...["foreman", "honcho", "overmind", "hivemind", "goreman"].map(
    (name) => [name, /^(?:-e|--env)$/] as const,
  ),
  ["heroku", /^(?:-e|--env)$/],
]);

/** Tells what is wrong with files of settings, by their names alone. */
const LINTER = "dotenv-linter";

/** Verbs by which loaders print a file of settings, or change it. */
const TOUCHES = /^(?:get|set|list|ls|decrypt|encrypt|unset|keypair|rotate)$/;

/**
 * The place of a call, with the words of it that name settings. WHY not a word that stands elsewhere in the call as well: there it may
 * be given to a program that shows it (`dotenv -e .env -- cat .env`).
 */
export function withLoaded(place: CallSite, name: string, args: readonly Text[]): CallSite {
  const loaded = loadedWords(name, args);
  return loaded.size === 0 ? place : { ...place, loaded };
}

function loadedWords(name: string, args: readonly Text[]): ReadonlySet<string> {
  const words = args.slice(0, FIELDS_MAX).map((word) => textOf(word) ?? "");
  if (name === LINTER) return new Set(words.includes("fix") || words.includes("-f") ? [] : words);
  if (!words.some((word) => word.startsWith("-"))) return NONE;
  const found = new Set<string>();
  const others = new Set<string>();
  let loader = LOADERS.get(name);
  let isTouched = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, option = "", value] = /^(--?[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (!LOADS.test(option) && loader?.test(option) !== true) {
      // Behind a program that starts others (`npx`, `bundle exec`) the loader has its own options.
      loader ??= LOADERS.get(baseName(word));
      isTouched ||= loader !== undefined && TOUCHES.test(word);
      others.add(word);
      continue;
    }
    if (value === undefined) at += 1;
    for (const named of [value ?? words[at] ?? "", word].filter((one) => one !== ""))
      found.add(named);
  }
  if (isTouched) return NONE;
  return new Set([...found].filter((word) => !others.has(word)));
}

const NONE: ReadonlySet<string> = new Set();
