// Runners that take the address of a program, or of what it is built from, in place of a file: nobody has read what runs.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** A runner: options whose value is code, and whether its first operand is. */
type Runner = { readonly options: RegExp; readonly operand: boolean; readonly verbs?: RegExp };

const NODE: Runner = {
  options: /^(?:--import|--require|-r|--loader|--experimental-loader|--preload)$/,
  operand: true,
};
const SCRIPTS: Runner = { options: /^(?:-i|-f|--file|--script|-l|--load|-s)$/, operand: true };
const RUNNERS: Readonly<Record<string, Runner>> = {
  node: NODE,
  nodejs: NODE,
  bun: { ...NODE, verbs: /^(?:run|x)$/ },
  tsx: NODE,
  "ts-node": NODE,
  ...Object.fromEntries(
    [
      "scala-cli",
      "scala",
      "amm",
      "kotlin",
      "jbang",
      "jshell",
      "groovy",
      "bb",
      "nbb",
      "janet",
      "julia",
      "nu",
    ].map((name) => [name, { ...SCRIPTS, verbs: /^(?:run|shell|repl|test|compile|package)$/ }]),
  ),
  // Pages, notebooks, loads and collections of requests that are programs.
  ...Object.fromEntries(
    [
      "streamlit",
      "panel",
      "marimo",
      "chainlit",
      "voila",
      "papermill",
      "k6",
      "newman",
      "sage",
      "gradio",
      "solara",
      "jupyter",
    ].map((name) => [
      name,
      {
        ...SCRIPTS,
        verbs: /^(?:run|serve|edit|convert|show|execute|nbconvert|notebook|lab|archive|cloud)$/,
      },
    ]),
  ),
  ...Object.fromEntries(
    ["task", "go-task", "just", "make", "gmake", "mise", "rake"].map((name) => [
      name,
      {
        options: /^(?:-t|--taskfile|-f|--file|--justfile|--makefile|-r|--rakefile)$/,
        operand: false,
      },
    ]),
  ),
};

/** Dependencies that settings on the command line take from a repository or a server by its address. */
const CLOJURE = /^(?:clojure|clj|lein)$/;
const FETCHED_DEPENDENCY = /:(?:git\/url|mvn\/repos|url)\b[^"]*"https?:\/\//;
const ADDRESS = /^(?:https?|ftp|git\+https?|git\+ssh):\/\/(?!(?:localhost|127\.|\[::1\])[:/]?)/i;
/** A module in an address that itself loads one of a host. */
const INLINE_MODULE = /^data:[^,]*,[\s\S]*\bimport\b[\s\S]*https?:\/\//i;

/** Consequence of a call that gives a runner an address of code. */
export function runsFromAddress(name: string, args: readonly Text[]): readonly Consequence[] {
  if (CLOJURE.test(name)) {
    const names = args.some((word) => FETCHED_DEPENDENCY.test(textOf(word) ?? ""));
    return names ? [runsFrom(name, "download")] : [];
  }
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  return runner !== undefined && codeOf(runner, args).some(isFetched)
    ? [runsFrom(name, "download")]
    : [];
}

function isFetched(word: string): boolean {
  return ADDRESS.test(word) || INLINE_MODULE.test(word);
}

/** The words that say which code runs: values of options, and the first operand. */
function codeOf({ options, operand, verbs }: Runner, args: readonly Text[]): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = textOf(args[at] ?? []) ?? "";
    const [option = "", glued] = word.split(/=(.*)/s);
    if (word === "--") break;
    if (options.test(option)) {
      found.push(glued ?? textOf(args[at + 1] ?? []) ?? "");
      if (glued === undefined) at += 1;
    } else if (!word.startsWith("-") && verbs?.test(word) !== true) {
      if (operand) found.push(word);
      break;
    }
  }
  return found;
}
