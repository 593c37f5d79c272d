// Scripts that a project keeps under a name: what `npm run x` or `composer x` would run, with what runs before and after.
import { isObject, readJson } from "#base/json.ts";
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import type { CodeOrigin } from "../../vocabulary/effect.ts";
import { effect } from "../model/verbs.ts";

/** Scripts that are followed in one call, and characters of one. */
const SCRIPTS_MAX = 8;
const SCRIPT_CHARS_MAX = 8_192;

/** Code of a file of the project runs, wherever that file comes from, and may do anything. */
export function runsFrom(program: string, origin: CodeOrigin = "project"): Consequence {
  return effect<"execute">({ kind: "execute", program, origin, reach: "unbounded" });
}

/**
 * Consequences of running scripts of a file by name (`{"scripts": {"build": "…"}}`), each with its `pre` and `post`.
 * `args` are given to the scripts of the first name.
 */
export function runsScripts(
  call: {
    readonly program: string;
    readonly file: string;
    readonly directory: Text | undefined;
    readonly names: readonly string[];
    readonly args: readonly Text[];
  },
  context: ModelContext,
): readonly Consequence[] {
  const { program, file, directory, names, args } = call;
  const path =
    directory === undefined
      ? literal(file)
      : append(append(directory, literal("/")), literal(file));
  const code = context.codeAt(path);
  if (code === undefined) return [];
  const found: Consequence[] = [runsFrom(program, code.origin)];
  for (const text of code.texts) {
    const scripts = scriptsOf(text);
    const wanted = names.flatMap((name) => [`pre${name}`, name, `post${name}`]);
    for (const name of wanted.slice(0, 3 * SCRIPTS_MAX)) {
      for (const script of scripts.get(name) ?? [])
        found.push({
          kind: "script",
          texts: [literal(name === names[0] ? withArguments(script, args) : script)],
          positional: [],
          isCovered: true,
          ...(directory === undefined ? {} : { directory }),
        });
    }
  }
  return found;
}

/** Names and texts of the scripts of a file; none where it is not well formed: the program that reads it stops there too. */
function scriptsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const scripts = new Map<string, readonly string[]>();
  const parsed = readJson(text);
  const section: unknown = isObject(parsed) ? parsed["scripts"] : undefined;
  if (!isObject(section)) return scripts;
  for (const [name, script] of Object.entries(section)) {
    const lines = (Array.isArray(script) ? script : [script]).filter(
      (line): line is string => typeof line === "string" && line.length <= SCRIPT_CHARS_MAX,
    );
    scripts.set(name, lines.slice(0, SCRIPTS_MAX));
  }
  return scripts;
}

/** The script with the words of the call after it, quoted; words that are not known are covered by what stands beside. */
function withArguments(script: string, args: readonly Text[]): string {
  const words = args.flatMap((word) => {
    const text = textOf(word);
    return text === undefined ? [] : [`'${text.replaceAll("'", "'\\''")}'`];
  });
  return [script, ...words].join(" ");
}

/** A program that runs inside an environment of the project (`poetry run x`): an effect of unbounded reach stands beside. */
export function runsInside(argv: readonly Text[]): readonly Consequence[] {
  const from = argv.findIndex((word) => textOf(word)?.startsWith("-") !== true);
  const words = from < 0 ? [] : argv.slice(from);
  return words.length === 0 ? [] : [{ kind: "run", argv: words, isCovered: true }];
}
