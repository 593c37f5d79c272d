// Calls that change places, in every mode, held and not: what the client alone would do with each, and what we answer.
import fc from "fast-check";
import { CLIENT_PROTECTED } from "#guard/effects/paths/client-protected.ts";
import { PLACES } from "#guard/effects/paths/place-list.ts";
import type { FactAnswer } from "#guard/facts/facts.ts";
import { evaluate } from "#guard/guard.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeAnswer, NativeMode } from "#guard/native/stack.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Json, ToolInput } from "#guard/toolcall/tool-call.ts";
import { withClientAnswer } from "#surface/services/hold/client-answer.ts";
import { plainShell } from "../judging.ts";
import { policy } from "./judged.ts";

const PROJECT = "/w/project";
const HOME = "/home/user";

/** Where the cases take place. */
export const PLACES_OF = { project: PROJECT, home: HOME };

export const MODES = [
  ...["default", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions"],
] as readonly NativeMode[];

type Call = { readonly tool: string; readonly input: { readonly [key: string]: Json } };

const bash = (command: string): Call => ({ tool: "Bash", input: { command } });

/** Ways to change a path, by name. */
export const FORMS: Readonly<Record<string, (path: string) => Call>> = {
  Write: (path) => ({ tool: "Write", input: { file_path: path, content: "x" } }),
  Edit: (path) => ({ tool: "Edit", input: { file_path: path, old_string: "", new_string: "x" } }),
  redirect: (path) => bash(`echo x > ${path}`),
  append: (path) => bash(`echo x >> ${path}`),
  "here document": (path) => bash(`cat > ${path} <<'E'\nx\nE`),
  tee: (path) => bash(`echo x | tee ${path}`),
  cp: (path) => bash(`cp a.txt ${path}`),
  mv: (path) => bash(`mv a.txt ${path}`),
  touch: (path) => bash(`touch ${path}`),
  rm: (path) => bash(`rm -f ${path}`),
  "sed -i": (path) => bash(`sed -i s/a/b/ ${path}`),
  ln: (path) => bash(`ln -s a.txt ${path}`),
  install: (path) => bash(`install -m 755 a.txt ${path}`),
  rsync: (path) => bash(`rsync a.txt ${path}`),
  dd: (path) => bash(`dd if=a.txt of=${path}`),
  truncate: (path) => bash(`truncate -s 0 ${path}`),
  "git config --file": (path) => bash(`git config --file ${path} core.fsmonitor x`),
  tar: (path) => bash(`tar xf a.tar -C ${path}`),
  unzip: (path) => bash(`unzip -o a.zip -d ${path}`),
  python: (path) => bash(`python3 -c "open('${path}', 'w').write('x')"`),
  node: (path) => bash(`node -e "require('fs').writeFileSync('${path}', 'x')"`),
  "behind another": (path) => bash(`git status && echo x > ${path}`),
  "in a loop": (path) => bash(`for n in 1 2; do echo $n >> ${path}; done`),
  "in a shell": (path) => bash(`bash -c 'echo x > ${path}'`),
};

/** Paths by globs: in the project, below a directory of it, and where the home has them. */
function pathsOf(glob: string): readonly string[] {
  const fill = (path: string): string =>
    path
      .replaceAll("/**/", "/m/")
      .replace(/\/\*\*$/, "/x")
      .replaceAll("*", "w")
      .replaceAll("?", "c");
  if (!glob.startsWith("/**/")) return [fill(glob.replace(/^~/, HOME))];
  return [PROJECT, `${PROJECT}/sub`, HOME].map((base) => fill(`${base}/${glob.slice(4)}`));
}

/** Every place that the client protects or the table judges, once. */
export const PATHS: readonly string[] = [
  ...new Set([...CLIENT_PROTECTED, ...PLACES.flatMap(({ globs }) => globs)].flatMap(pathsOf)),
].filter((path) => !/[ ]/.test(path));

const HELD: FactAnswer = {
  kind: "containment",
  sandbox: {
    digest: "00",
    denyRead: [],
    allowRead: [],
    denyWrite: [],
    allowWrite: [],
    hosts: [],
    excluded: [],
    registries: [],
    perCall: true,
  },
};
const NOT_HELD: FactAnswer = { kind: "containment", sandbox: undefined, why: "it is off" };

/** One case. */
export type Case = {
  readonly form: string;
  readonly path: string;
  readonly mode: NativeMode;
  readonly isHeld: boolean;
  /** Rules of the person's that restrict, beside those that allow the tools. */
  readonly rules: Readonly<Record<"deny" | "ask", readonly string[]>>;
};

export const cases: fc.Arbitrary<Case> = fc.record({
  form: fc.constantFrom(...Object.keys(FORMS)),
  path: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PATHS) },
    fc.constantFrom(
      `${PROJECT}/src/a.ts`,
      `${PROJECT}/a.txt`,
      `${HOME}/x.txt`,
      "/opt/x",
      PROJECT,
      HOME,
    ),
  ),
  mode: fc.constantFrom(...MODES),
  isHeld: fc.boolean(),
  rules: fc.record({
    deny: fc.subarray(["Edit(src/**)", "Bash(touch:*)", "Bash(dd:*)", "Edit(~/x.txt)"], {
      maxLength: 1,
    }),
    ask: fc.subarray(["Edit(*.txt)", "Bash(cp:*)", "Bash(python3:*)", "Write"], { maxLength: 1 }),
  }),
});

/** The whole table: each path changed in each way, in each mode, not held and held. */
export function* allCases(): Generator<Case> {
  for (const path of PATHS)
    for (const form of Object.keys(FORMS))
      for (const mode of MODES)
        for (const isHeld of [false, true])
          yield { form, path, mode, isHeld, rules: { deny: [], ask: [] } };
}

/** What became of a case: the client alone, where it is given every tool; our judgement; and what the client gets of us. */
export type Outcome = {
  readonly client: NativeAnswer;
  readonly judged: Decision;
  readonly answer: Decision;
};

/** The call of a case. */
export function callOf({ form, path }: Pick<Case, "form" | "path">): Call {
  const call = (FORMS[form] ?? FORMS["Write"])?.(path);
  if (call === undefined) throw new Error("no form");
  return call;
}

export function outcomeOf({ form, path, mode, isHeld, rules }: Case): Outcome {
  const call = callOf({ form, path });
  const layer = { source: "user", file: "user", root: `${HOME}/.claude` } as const;
  const permissions = { allow: ["Bash", "Write", "Edit"], ...rules };
  const session = openSession({
    layers: [{ ...layer, settings: { permissions } }],
    mode,
    isTrusted: true,
    project: PROJECT,
    home: HOME,
  });
  const client = simulateNative(session, { ...call, cwd: PROJECT, hasRunShell: true });
  const judged = judgedIn(call, mode, isHeld);
  // As the hold does it, which puts no other call into a profile.
  const isPut = isHeld && call.tool === "Bash" && mode !== "plan" && judged.verdict !== "deny";
  return { client, judged, answer: isPut ? withClientAnswer(judged, client, mode) : judged };
}

function judgedIn(call: Call, mode: NativeMode, isHeld: boolean): Decision {
  const answers = new Map<string, FactAnswer>();
  const facts = {
    session: {
      sessionId: "s",
      projectRoot: PROJECT,
      home: HOME,
      user: "user",
      interactive: true,
      mode,
      ownPaths: [`${HOME}/.local/share/sallyport`],
    },
    shell: plainShell("bash"),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set<string>(),
    answers,
  };
  const asked = { id: "c", tool: call.tool, cwd: PROJECT, input: inputOf(call) };
  for (let round = 0; ; round += 1) {
    const { missing, decision } = evaluate(asked, policy, facts);
    const before = answers.size;
    for (const query of missing) {
      if (query.kind === "containment") answers.set("containment", isHeld ? HELD : NOT_HELD);
      if (query.kind === "path")
        answers.set(`path:${query.path}`, {
          kind: "path",
          real: query.path,
          type: "file",
          links: 1,
        });
    }
    if (answers.size === before || round === 4) return decision;
  }
}

function inputOf({ tool, input }: Call): ToolInput {
  const given = (name: string): string => {
    const value = input[name];
    return typeof value === "string" ? value : "";
  };
  const path = given("file_path");
  if (tool === "Write") return { kind: "write", path, content: "x" };
  if (tool === "Edit") return { kind: "edit", path, newText: "x" };
  return { kind: "bash", command: given("command"), background: false, sandboxOff: false };
}

/** Whether the client protects: it asks or refuses although a rule allows the tool. */
export function protects({ verdict, rule, isProtection }: NativeAnswer, isHeld: boolean): boolean {
  if (verdict === "allow") return false;
  // WHY: its own rules that restrict stand above an answer of a hook, wherever the call was not rewritten.
  return isProtection === true || (rule !== undefined && isHeld);
}
