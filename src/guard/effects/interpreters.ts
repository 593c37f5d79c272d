// Interpreters of other languages: what they run when no file is named.

const INTERPRETERS =
  /^(python[0-9.]*|pypy[0-9.]*|node|nodejs|deno|bun|ruby[0-9.]*|perl[0-9.]*|php[0-9.]*|lua[0-9.]*|luajit|Rscript|R|tclsh|osascript|pwsh|powershell|fish|csh|tcsh|ash|psql|mysql|sqlite3)$/;

/** Whether a call of `name` takes its code from standard input: no operand, `-`, or only options before it. */
export function readsCodeFromInput(name: string, args: readonly (string | undefined)[]): boolean {
  if (!INTERPRETERS.test(name)) return false;
  return args.every(
    (word) =>
      word !== undefined && (word === "-" || (word.startsWith("-") && !/^-[cemrn]/.test(word))),
  );
}
