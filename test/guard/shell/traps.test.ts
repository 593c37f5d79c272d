// Code of traps is judged by what it is given where it runs: at the end, and wherever the shell may end before.
import { afterAll, expect, it } from "vitest";
import { judgeCommand, makeProject, plainShell } from "../../judging.ts";

const place = makeProject();
afterAll(() => place.remove());

it.for<[verdict: string, command: string]>([
  // Written before what it names is set, as scripts do it.
  ["allow", `trap 'rm -f "$x"' EXIT; x=out.txt; echo a > "$x"`],
  ["allow", `trap 'rm -f "$x"' EXIT INT TERM; x=$(mktemp); echo a > "$x"`],
  ["allow", `clean() { rm -f "$x"; }; trap clean EXIT; x=$(mktemp); echo a > "$x"`],
  // What it holds meanwhile counts too: a shell may end anywhere.
  ["deny", `trap 'cat "$f"' EXIT; f=.env; false; f=pub.txt`],
  ["deny", `trap 'cat "$f"' INT; f=.env; kill -INT $$; f=pub.txt`],
  ["deny", `trap 'cat "$f"' EXIT; f=.env; exit; f=pub.txt`],
  ["deny", `show() { cat "$f"; }; trap show EXIT; f=.env`],
  ["deny", `f=.env; trap 'cat "$f"' EXIT; f=pub.txt`],
  ["deny", "trap 'cat .env' EXIT; trap - EXIT"],
  ["deny", `( trap 'cat "$f"' EXIT; f=.env )`],
  // What is taken back may have run before.
  ["deny", `trap 'cat .env $x' USR1; kill -USR1 $$; trap - USR1`],
  ["deny", `trap 'cat .env $x' USR1; kill -USR1 $$; trap 'echo a' USR1`],
  ["deny", `set -e; trap 'cat .env $x' EXIT; false; trap - EXIT`],
  ["allow", `trap 'rm -f "$x"' EXIT; x=$(mktemp); echo a > "$x"; trap - EXIT`],
  // What nothing sets may be anything.
  ["ask", `trap 'rm "$x"' EXIT; echo a`],
  ["ask", `trap 'rm "$x"' USR1; echo a`],
])("%s: %s", async ([verdict, command]) => {
  const decision = await judgeCommand(place, command, { shell: plainShell("bash") });
  expect(decision.verdict, JSON.stringify(decision.reasons[0])).toBe(verdict);
});
