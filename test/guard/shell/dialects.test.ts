// Verdicts under bash, under zsh, and where it is not known which of them runs: then the stricter of the two holds.
import { afterAll, describe, expect, it } from "vitest";
import type { Verdict } from "#guard/policy/decision.ts";
import { judgeCommand, makeProject, plainShell } from "../../judging.ts";

const place = makeProject();
afterAll(() => place.remove());

const STRICTNESS: readonly Verdict[] = ["allow", "abstain", "ask", "deny"];

/** Command, verdict under bash, verdict under zsh. */
const ROWS: readonly (readonly [string, Verdict, Verdict])[] = [
  // Alike.
  ["cat pub.txt", "allow", "allow"],
  ["cat .env", "deny", "deny"],
  ['f=.e; cat "${f}nv"', "deny", "deny"],
  ["for f in pub.txt a.txt; do cat $f; done", "allow", "allow"],
  ["f() { cat $1; }; f .env", "deny", "deny"],
  ["rm -rf ~", "deny", "deny"],
  // An error inside backticks, which the shell reports only when it runs them.
  ["echo `cat pub.txt`", "allow", "allow"],
  ['echo `cat "pub.txt`', "ask", "ask"],
  ["cat <<E\n`cat pub.txt; (`\nE\n", "ask", "ask"],
  // Arrays: bash takes the first element, zsh all of them.
  ["a=(pub.txt .env); cat $a", "allow", "deny"],
  ["a=(pub.txt .env); cat ${a}", "allow", "deny"],
  // Arrays of bash count from 0, those of zsh from 1.
  ['a=(pub.txt .env); cat "${a[0]}"', "allow", "allow"],
  ['a=(pub.txt .env); cat "${a[1]}"', "deny", "allow"],
  ['a=(pub.txt .env); cat "${a[2]}"', "allow", "deny"],
  // Redirections: zsh serves several of one stream, and reads a file without a program.
  ["< .env", "deny", "deny"],
  ["< pub.txt", "allow", "allow"],
  ["cat < pub.txt < .env", "deny", "deny"],
  ["echo x > one.txt > two.txt", "allow", "allow"],
  // Words: bash splits and matches what a variable holds, zsh does not.
  ['x="pub.txt .env"; cat $x', "deny", "allow"],
  ['c="cat .env"; $c', "deny", "ask"],
  ["x='.e*'; cat $x", "deny", "allow"],
  ["cat $(echo pub.txt .env)", "deny", "deny"],
  // Patterns.
  ["cat **/.env", "deny", "deny"],
  ["cat src/*", "allow", "allow"],
  ["cat {pub.txt,.env}", "deny", "deny"],
  ["cat (pub|a).txt", "ask", "ask"],
  ["cat pub.txt(e:'cat .env':)", "ask", "ask"],
  // Expansions that one of them alone has.
  ["echo ${(e):-x}", "ask", "ask"],
  ["x=.ENV; cat ${x,,}", "deny", "deny"],
  ["cat =(echo x)", "ask", "allow"],
  ["cat =(cat .env)", "ask", "deny"],
  // Braces that end a group anywhere on a line, single commands as bodies, and what our parser does not read.
  ["f() { cat $1 }; f pub.txt", "ask", "allow"],
  ["f() { cat $1 }; f .env", "ask", "deny"],
  ["f() { echo 'a }' \"b }\" ${x:-c }; }; f", "allow", "allow"],
  ["for f in pub.txt .env; { cat $f }", "deny", "deny"],
  ["() { cat $1 } .env", "ask", "ask"],
  // Patterns that zsh alone reads.
  ["x='.e*'; cat $~x", "allow", "ask"],
  ["x='cat .env'; $=x", "ask", "ask"],
  ["setopt extendedglob; cat ^*.txt", "ask", "ask"],
  ["x=pub.txt; cat ${x:s/pub/a/}", "ask", "ask"],
];

const judged = async (command: string, dialect: "bash" | "zsh" | "unknown"): Promise<Verdict> =>
  (await judgeCommand(place, command, { shell: plainShell(dialect) })).verdict;

describe("under a shell that is known", () => {
  for (const [command, bash, zsh] of ROWS)
    it(`${bash} in bash, ${zsh} in zsh: ${command}`, async () => {
      expect([await judged(command, "bash"), await judged(command, "zsh")]).toEqual([bash, zsh]);
    });
});

describe("where the shell is not known, no milder than the stricter", () => {
  for (const [command, bash, zsh] of ROWS)
    it(command, async () => {
      const strictest = Math.max(STRICTNESS.indexOf(bash), STRICTNESS.indexOf(zsh));
      const unknown = await judged(command, "unknown");
      expect(STRICTNESS.indexOf(unknown), unknown).toBeGreaterThanOrEqual(strictest);
    });
});
