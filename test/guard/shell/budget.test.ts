// Commands made to be slow: the work is bounded in steps, each step in length, and what is past the budget is unknown.
import { describe, expect, it } from "vitest";
import { DIRECTORIES_CHARS_MAX, STEPS_MAX } from "#base/limits.ts";
import type { Facts } from "#guard/facts/facts.ts";
import { decide } from "#guard/guard.ts";
import { known, literal, hole, weightOf } from "#guard/shell/values/text.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { plainShell } from "../../judging.ts";
import { doublingAliases } from "../../surface/services/heavy/heavy-payloads.ts";

const policy = loadPolicy();
const facts: Facts = {
  session: {
    sessionId: "s",
    projectRoot: "/w/project",
    home: "/home/user",
    user: "user",
    mode: "default",
    interactive: true,
    ownPaths: [],
  },
  shell: plainShell("bash"),
  holds: { quarantined: false, reason: undefined },
  writtenPaths: new Set(),
  answers: new Map(),
};

function judged(command: string) {
  const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
  return decide({ id: "c", tool: "Bash", cwd: "/w/project", input }, policy, facts);
}

const times = (text: string, count: number) => text.repeat(count);
const each = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index)).join("");
const long = times("a", 20_000);

/** Each of these took seconds, some minutes, in a few thousand steps: the length of what a step goes through counts now. */
const SLOW: readonly (readonly [string, string])[] = [
  ["slices of a long variable in one word", `x=${long}; echo ${times("${x:1}", 2_000)}`],
  ["quotes and variables in one word", times(`'a'"b"$c`, 7_000)],
  ["a long text through many pipes", `echo ${long} ${times("| tr a b ", 2_000)}`],
  ["files that double", each(2_000, (at) => `cat f${at} f${at} > f${at + 1}; `)],
  ["a file that is appended to itself", times("cat f >> f; echo a >> f; ", 1_500)],
  ["a chain of maybe", times("a && b || c && ", 4_000)],
  ["variables that grow into one another", times("a=$a$b; b=$b$a; ", 3_500)],
  ["files written in ever more directories", times("cd a;>f ", 6_000)],
  ["unset variables in one test", `[[ ${times("$x", 20_000)} ]]`],
  ["unset variables in one word", `echo ${times("$x", 20_000)}`],
  ["code that reads itself in loops", times("until a; do sh <<E\n", 900)],
  ["ever more descriptors, each in a branch", `(${times("||{v}>f ", 8_000)}`],
  ["files that are read back through the output", times(">f 0>&1 ", 3_000)],
  ["aliases that double, deeper than the engine's stack", doublingAliases()],
  ["many files written, then looked for", `${each(3_000, (at) => `echo a > f${at}; `)} cat f*`],
];

describe("a command that was made to be slow", () => {
  it.each(SLOW)("%s ends at the budget and is not allowed", (_name, command) => {
    const { steps, verdict, effects } = judged(command);
    expect(steps).toBe(STEPS_MAX);
    expect(effects).toContainEqual(expect.objectContaining({ kind: "unknown", reason: "budget" }));
    expect(verdict).not.toBe("allow");
  });

  it.each([
    ["substitutions behind braces", times("}{a,b}$( ls", 3_000)],
    ["groups behind round brackets", times("){ (a;", 3_000)],
    ["here-documents on one line", times("<<E ", 15_000)],
  ])("%s, nested past the bound, are not read at all", (_name, command) => {
    const { steps, verdict, effects } = judged(command);
    expect(steps).toBeLessThan(10);
    expect(effects).toContainEqual(expect.objectContaining({ kind: "unknown", reason: "budget" }));
    expect(verdict).not.toBe("allow");
  });

  it("an array that doubles ends as any number of elements", () => {
    const double = times('a=("${a[@]}" "${a[@]}"); ', 500);
    const { steps, verdict } = judged(`a=(x y); ${double}cat "\${a[@]}"`);
    expect(steps).toBeLessThan(STEPS_MAX);
    expect(verdict).not.toBe("allow");
  });

  it("directories that double with each branch end as an unknown one", () => {
    const branch = (at: number) => `if a; then cd d${at}; else cd e${at}; fi; `;
    const { verdict, effects } = judged(`${each(60, branch)} cat .env`);
    expect(verdict).toBe("deny");
    expect(effects.length).toBeLessThan(200);
  });

  it("directories that lie ever deeper end as an unknown one", () => {
    const { verdict, effects } = judged(`${times("cd sub; ", 2_500)} cat x; cat ~/.ssh/id_rsa`);
    const targets = effects.flatMap((effect) => (effect.kind === "read" ? [effect.target] : []));
    const paths = targets.flatMap((target) => (target.kind === "path" ? [target.path] : []));
    expect(verdict).toBe("deny");
    expect(targets).toContainEqual(expect.objectContaining({ kind: "unresolved" }));
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.join("").length).toBeLessThan(2 * DIRECTORIES_CHARS_MAX);
  });

  it.each([
    ["behind a variable", (inner: string) => `$x$(echo ${inner})`],
    ["in quotes behind a variable", (inner: string) => `$x"$(echo ${inner})"`],
    ["behind a process", (inner: string) => `$x<(echo ${inner})`],
    ["in arithmetic behind a variable", (inner: string) => `$x$(( $(echo ${inner}) ))`],
  ])("a substitution %s is run once, however deep", (_name, around) => {
    const nested = (depth: number): string => (depth === 0 ? "a" : around(nested(depth - 1)));
    // Run once more at every level, it would cost thousands.
    expect(judged(`echo ${nested(12)}`).steps).toBeLessThan(250);
  });

  it("a script of the project that runs itself twice is followed only so far", () => {
    const scripts = '{"scripts":{"x":"npm run x && npm run x; cat .env"}}';
    const { steps, verdict } = judged(`echo '${scripts}' > package.json; npm run x`);
    expect(steps).toBeLessThan(STEPS_MAX);
    expect(verdict).toBe("deny");
  });

  it("of many target directories only the last one is taken with each file", () => {
    const text = times("ln -s .env b.txt find . -type f ", 100);
    expect(judged(text).steps).toBeLessThan(STEPS_MAX);
  });

  it("each consequence of a program costs a step", () => {
    const words = Array.from({ length: 300 }, (_, at) => `f${at}`).join(" ");
    expect(judged(`rm ${words}`).steps).toBeGreaterThan(600);
  });

  it("what it did before the budget ended still counts", () => {
    expect(judged(`cat .env; ${times("a && b || c && ", 4_000)} d`).verdict).toBe("deny");
  });

  it("long texts that are handled once stay far below it", () => {
    const { steps, effects } = judged(`cat > notes.txt <<'E'\n${times("line\n", 10_000)}E\n`);
    expect(steps).toBeLessThan(STEPS_MAX / 8);
    expect(effects).not.toContainEqual(expect.objectContaining({ kind: "unknown" }));
  });
});

describe("the weight of texts", () => {
  it.each([
    ["nothing", known(""), 0],
    ["a short word", known("abc"), 0],
    ["12,800 characters", known(times("a", 12_800)), 100],
    ["two of them", [...known(times("a", 12_800)), literal(times("b", 12_800))], 200],
    ["eighty holes", [Array.from({ length: 80 }, () => hole("budget"))], 10],
  ] as const)("%s", (_name, texts, weight) => {
    expect(weightOf(texts)).toBe(weight);
  });
});
