// Programs that make a new project where they are told: the directory that a call names is written, whatever else runs.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";

/** Programs, the words by which each makes a project, and options that name the directory, as their help has them. */
const SCAFFOLDS: ReadonlyMap<string, RegExp> = new Map([
  ["django-admin", /^(?:startproject|startapp)$/],
  ["manage.py", /^startapp$/],
  ["rails", /^(?:new|plugin)$/],
  ["mix", /^(?:new|phx\.new|nerves\.new)$/],
  ["rebar3", /^new$/],
  ["flutter", /^create$/],
  ["dart", /^create$/],
  ["jekyll", /^new$/],
  ["hugo", /^new$/],
  ["nest", /^(?:new|n)$/],
  ["ng", /^(?:new|n)$/],
  ["vue", /^create$/],
  ["expo", /^init$/],
  ["ionic", /^start$/],
  ["gatsby", /^new$/],
  ["laravel", /^new$/],
  ["symfony", /^(?:new|local:new)$/],
  ["meteor", /^create$/],
  ["ember", /^(?:new|init)$/],
  ["quasar", /^(?:create|init)$/],
  ["sam", /^init$/],
  ["cdk", /^init$/],
  ["copier", /^copy$/],
  ["cookiecutter", /./],
  ["yo", /./],
  ["degit", /./],
  ["tiged", /./],
  ["create-react-app", /./],
  ["express", /./],
  ["stack", /^new$/],
  ["lein", /^new$/],
  ["cabal", /^init$/],
  ["gleam", /^new$/],
  ["zola", /^init$/],
  ["mdbook", /^init$/],
  ["wails", /^init$/],
  ["tauri", /^init$/],
  ["cordova", /^create$/],
  ["phoenix", /^new$/],
  ["phx", /^new$/],
  ["npm", /^(?:create|init|innit)$/],
  ["pnpm", /^(?:create|init)$/],
  ["yarn", /^(?:create|init)$/],
  ["bun", /^(?:create|init|c)$/],
  ["mvn", /^archetype:generate$/],
]);
const DIRECTORY_OPTION =
  /^(?:--(?:directory|output-dir|output|dest|path|prefix|project-dir|target-dir)|-o|-DoutputDirectory)$/;
const OUTSIDE = /^(?:\/|~|\.\.(?:\/|$))/;

/** The directories outside of the working one that such a call makes. */
export function scaffolded(name: string, args: readonly Text[]): readonly Consequence[] {
  const verbs = SCAFFOLDS.get(name);
  if (verbs === undefined) return [];
  const at = args.findIndex((word) => verbs.test(textOf(word) ?? ""));
  if (at < 0) return [];
  return args.slice(at).flatMap((word, index): readonly Consequence[] => {
    const [option = "", value] = textOf(word)?.split(/=(.*)/s) ?? [];
    if (value !== undefined && DIRECTORY_OPTION.test(option) && OUTSIDE.test(value))
      return [writes(literal(value), "create", { reach: "tree" })];
    const before = textOf(args[at + index - 1] ?? []) ?? "";
    const isValue =
      before.startsWith("-") && !before.includes("=") && !DIRECTORY_OPTION.test(before);
    return !isValue && OUTSIDE.test(knownPrefix(word))
      ? [writes(word, "create", { reach: "tree" })]
      : [];
  });
}
