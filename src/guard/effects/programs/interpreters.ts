// Interpreters of other languages: what they run when no file is named.

const INTERPRETERS =
  /^(python[0-9.]*|pypy[0-9.]*|node|nodejs|deno|bun|ruby[0-9.]*|perl[0-9.]*|php[0-9.]*|lua[0-9.]*|luajit|Rscript|R|tclsh|osascript|pwsh|powershell|fish|csh|tcsh|ash|psql|mysql|sqlite3)$/;

/** Whether a call of `name` takes its code from standard input: no operand, `-`, or only options before it. */
export function readsCodeFromInput(name: string, args: readonly (string | undefined)[]): boolean {
  if (!INTERPRETERS.test(name)) return false;
  const [verb] = args;
  const words = verb === "run" && /^(?:deno|bun)$/.test(name) ? args.slice(1) : args;
  return words.every(
    (word) =>
      word !== undefined && (word === "-" || (word.startsWith("-") && !/^-[cemrn]/.test(word))),
  );
}

/** Whether a program is an interpreter: the file that it is given runs. */
export function isInterpreter(name: string): boolean {
  return INTERPRETERS.test(name) || RUNNERS.has(name);
}

/** Programs that fetch what they are told to run. */
const RUNNERS = new Set([
  ...["deno", "bun", "bunx", "npx", "pnpx", "pipx", "uv", "uvx", "nix", "guix", "jbang", "groovy"],
  ...["julia", "Rscript", "ansible-pull", "ts-node", "tsx", "scala", "scala-cli", "kotlin", "dx"],
  ...["nix-shell", "nix-build", "elixir", "pkgx", "mise", "cargo-binstall"],
]);

/** An address of code: a URL, or a repository as package managers name it. */
const ADDRESS =
  /^(?:[\w.-]+ ?@ ?)?(?:(?:git|hg|svn|bzr|tarball)\+)?(?:https?|ssh|git|ftp):\/\/|^(?:github|gitlab|bitbucket|gist|codeberg|sourcehut|tarball):|^git@[\w.-]+:/;

/** Whether a word names code on another machine. */
export function isCodeAddress(word: string | undefined): boolean {
  return word !== undefined && ADDRESS.test(word.replace(/^--?[\w-]+=/, ""));
}

/** Languages without a model, whose code may load or evaluate what an address in it gives. */
const EVALUATORS =
  /^(Rscript|R|pwsh|powershell|emacs|lua[0-9.]*|luajit|tclsh|osascript|julia|groovy|guile|racket|sbcl)$/;
const EVALUATES =
  /\b(?:source|eval|load|load-file|loadstring|dofile|iex|invoke-expression|include|require|import|system|exec)\b/i;
const CODE_ADDRESS = /https?:\/\/(?!localhost\b|127\.|\[::1\])/i;

/** Whether a call of `name` fetches code and runs it: one of its words is the address of code, or code that loads one. */
export function runsAddress(name: string, words: readonly (string | undefined)[]): boolean {
  if (RUNNERS.has(name) && words.some(isCodeAddress)) return true;
  return (
    EVALUATORS.test(name) &&
    words.some((word) => word !== undefined && CODE_ADDRESS.test(word) && EVALUATES.test(word))
  );
}
