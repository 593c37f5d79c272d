// How pipelines and committed scripts start the client: without permissions, with every tool, without limits.
import type { Fault, Looks } from "../../check.ts";
import { optionValue } from "../../pipeline/agent-run.ts";
import { operationFiles } from "../../scripts-seen.ts";
import type { SeenFile } from "../../inputs/audit-inputs.ts";
import { scriptFiles } from "./script-files.ts";
import { type AgentInput, faultAt, overPipelines, type SeenPipelines } from "./seen-pipelines.ts";
import { notApplicable, verdict } from "../../check.ts";

const SKIP = /^--(?:allow-)?dangerously-skip-permissions(?:=(?!false)|$)/;
/** The same in a text: the client, and behind it on the line the option or the mode. */
const SKIP_TEXT =
  /(?<![\w./-])claude(?:-code)?(?:@[\w.^~-]+)?["']?(?:\s|\\\n)(?:[^\n#;|&]|\\\n)*?(--(?:allow-)?dangerously-skip-permissions\b(?!=false)|--permission-mode[=\s]+["']?bypassPermissions\b)/g;
const BYPASS_TEXT = /--permission-mode[=\s]+["']?bypassPermissions\b/;
/** Settings that a step writes before the client reads them. */
const WRITES_BYPASS =
  /["']?\bdefaultMode\b\\?["']?\s*[:=]\s*\\?["']bypassPermissions\\?["'](?=[\s\S]*?(?:>|\btee\b|EOF|sponge))/;
const RUN_ELSEWHERE = {
  message: "the client runs with every check of its own switched off",
  fix: "use `--permission-mode dontAsk` (or `plan`) with a short `--allowedTools`, or `sallyport ci run -- claude -p ...`",
} as const;

/** Checks of the family `ci` about how the client is started. */
export const modeLooks: Looks = {
  "skip-permissions": overPipelines((seen) =>
    overAgents(
      seen,
      (run) => (run.words.some((word) => SKIP.test(word ?? "")) ? RUN_ELSEWHERE : undefined),
      {
        text: (text) => !BYPASS_TEXT.test(text),
      },
    ),
  ),
  "bypass-mode": overPipelines((seen) => [
    ...overAgents(
      seen,
      (run) =>
        isBypass(run)
          ? {
              ...RUN_ELSEWHERE,
              message:
                "the client runs in `bypassPermissions`: nothing is asked and nothing refused",
            }
          : undefined,
      { text: (text) => BYPASS_TEXT.test(text) },
    ),
    ...seen.agentSteps().flatMap(({ file, step }) =>
      step.scripts.flatMap((script) => {
        const found = WRITES_BYPASS.exec(script.text);
        return found === null ? [] : [faultAt(file, script.place(found.index), RUN_ELSEWHERE)];
      }),
    ),
  ]),
  "skip-permissions-in-script": (auditInputs) => {
    const files = [...new Set([...scriptFiles(auditInputs), ...operationFiles(auditInputs)])];
    if (files.length === 0) return notApplicable("there are no scripts here");
    return verdict(
      files.map(({ shown }) => shown),
      files.flatMap((file) => skipsIn(file)),
    );
  },
  "broad-tools": overPipelines((seen) =>
    overAgents(seen, (run) => {
      const tools = toolsOf(run);
      const broad = tools.find((tool) => /^(?:\*|Bash|Bash\(\s*(?:\*|:\*)?\s*\))$/.test(tool));
      const fix = "allow the few commands that the job is for, such as `Bash(npm test)`";
      if (broad !== undefined)
        return { message: `\`${broad}\` lets the client run any command here`, fix };
      const runner = tools.find((tool) => {
        const subject = /^Bash\((.*)\)$/.exec(tool)?.[1];
        return subject !== undefined && RUNS_ANYTHING.test(subject);
      });
      return runner === undefined
        ? undefined
        : {
            message: `\`${runner}\` runs whatever is written behind it, so the client may run any command here`,
            fix,
            severity: "medium" as const,
          };
    }),
  ),
  "no-timeout": overPipelines((seen) =>
    perJob(seen, (run) =>
      run.job.hasTimeout || isStepLimited(run)
        ? undefined
        : {
            message: "a run that hangs or is kept going is ended by nobody for hours",
            fix: "give the job a time limit (`timeout-minutes: 15`)",
          },
    ),
  ),
  "no-budget": overPipelines((seen) =>
    overAgents(seen, (run) => {
      const isLimited =
        run.isGated ||
        run.words.some((word) => /^--max-(?:turns|budget-usd|thinking-tokens)/.test(word ?? "")) ||
        run.step.inputs.some(({ name }) => name === "max_turns");
      return isLimited
        ? undefined
        : {
            message: "nothing limits how many turns or how much money the run takes",
            fix: "add `--max-turns` or `--max-budget-usd`",
          };
    }),
  ),
  "full-output-logged": overPipelines((seen) =>
    overAgents(seen, (run) => {
      const shows = run.step.inputs.some(
        ({ name, value }) => name === "show_full_output" && value === "true",
      );
      const isStream =
        optionValue(run.words, "--output-format") === "stream-json" ||
        run.words.includes("--verbose") ||
        run.words.includes("--debug");
      return shows || (isStream && !isRedirected(run))
        ? {
            message: "everything that tools return goes into the log of the job, file contents too",
            fix: "leave `--verbose` and `stream-json` out, or write them to a file that is not uploaded",
          }
        : undefined;
    }),
  ),
  "open-to-all-users": overPipelines((seen) =>
    seen.agentSteps().flatMap(({ file, step }) =>
      step.inputs.flatMap(({ name, value, at }) =>
        (name === "allowed_non_write_users" || name === "allowed_bots") &&
        value.split(/[\s,]+/).some((one) => /^["']?\*["']?$/.test(one))
          ? [
              faultAt(file, at, {
                message: "anybody at all may start the client here, with the rights of this job",
                fix: "leave the input out, or name the accounts",
              }),
            ]
          : [],
      ),
    ),
  ),
};

type Said = Pick<Fault, "message" | "fix" | "severity">;

/** Faults of the runs themselves, and of texts that start the client where no run was made out, as within another program. */
function overAgents(
  seen: SeenPipelines,
  judge: (run: AgentInput) => Said | undefined,
  inText?: { readonly text: (found: string) => boolean },
): readonly Fault[] {
  const faults = seen.agents().flatMap((run) => {
    const said = judge(run);
    if (said === undefined) return [];
    const { severity, ...words } = said;
    const fault = faultAt(run.file, run.at, words);
    return [severity === undefined ? fault : { ...fault, severity }];
  });
  if (inText === undefined) return faults;
  const lines = new Set(faults.map(({ file, line }) => `${file}:${line}`));
  const more = seen.steps.flatMap(({ file, step }) =>
    step.scripts.flatMap((script) =>
      skipTexts(script.text)
        .filter(({ text }) => inText.text(text))
        .map(({ index }) => faultAt(file, script.place(index), RUN_ELSEWHERE)),
    ),
  );
  return [...faults, ...more.filter(({ file, line }) => !lines.has(`${file}:${line}`))];
}

/** Rules of programs that run any program, or any text, that is written behind them. */
const RUNS_ANYTHING =
  /^(?:(?:ba|z|da)?sh|node|python3?|perl|ruby|php|deno|bun|npx|bunx|uvx|uv(?: run)?|poetry(?: run)?|pipx?(?: run| install)?|npm(?: exec| install| i)?|pnpm(?: dlx| exec| add)?|yarn(?: dlx| exec| add)?|sbt|gradle|\.?\/?gradlew|mvn|make|env|xargs|find|tar|eval)(?::\*|\s*\*)$/;

/** One fault a job. */
function perJob(
  seen: SeenPipelines,
  judge: (run: AgentInput) => Said | undefined,
): readonly Fault[] {
  const jobs = new Set<AgentInput["job"]>();
  return seen.agents().flatMap((run) => {
    if (jobs.has(run.job)) return [];
    jobs.add(run.job);
    const said = judge(run);
    return said === undefined ? [] : [faultAt(run.file, run.job.at, said)];
  });
}

function isBypass({ words, step }: AgentInput): boolean {
  const settings = [
    optionValue(words, "--settings"),
    step.inputs.find(({ name }) => name === "settings")?.value,
  ];
  return (
    optionValue(words, "--permission-mode") === "bypassPermissions" ||
    settings.some((text) => /"defaultMode"\s*:\s*"bypassPermissions"/.test(text ?? ""))
  );
}

/** The tools that a run allows, one by one. */
export function toolsOf({ words, step }: AgentInput): readonly string[] {
  const given = optionValue(words, "--allowedTools", "--allowed-tools") ?? "";
  const at = words.findIndex((word) => word === "--allowedTools" || word === "--allowed-tools");
  const rest: string[] = [];
  for (const word of at < 0 ? [] : words.slice(at + 2)) {
    if (word === undefined || word.startsWith("-")) break;
    rest.push(word);
  }
  const settings =
    step.inputs.find(({ name }) => name === "settings")?.value ??
    optionValue(words, "--settings") ??
    "";
  const allow = /"allow"\s*:\s*\[([^\]]*)\]/.exec(settings)?.[1] ?? "";
  return [
    ...[given, ...rest].flatMap((text) => text.split(/[,\s]+(?![^(]*\))/)),
    ...[...allow.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? ""),
  ].filter((tool) => tool !== "");
}

function isStepLimited({ step, isGated }: AgentInput): boolean {
  const limited = step.inputs.some(
    ({ name }) => name === "timeout_minutes" || name === "timeout-minutes",
  );
  return (
    isGated ||
    limited ||
    step.scripts.some(({ text }) => /(?:^|\s)g?timeout\s+(?:-\S+\s+)*\d/.test(text))
  );
}

/** Whether the output of the run goes into a file alone. */
function isRedirected({ step }: AgentInput): boolean {
  return step.scripts.some(
    ({ text }) => />\s*\S/.test(text.replace(/[12]?>&[12]/g, "")) && !/\btee\b/.test(text),
  );
}

/** Places in a text where the client is started without checks; comments and texts that are only searched for or shown are none. */
function skipTexts(source: string): readonly { readonly index: number; readonly text: string }[] {
  return [...source.matchAll(SKIP_TEXT)].flatMap((match) => {
    const line = source.slice(source.lastIndexOf("\n", match.index) + 1, match.index);
    return /^\s*(?:#|\/\/|rem\b|::)|\b(?:grep|rg|echo|printf|ag|test)\b|\[\[?\s/i.test(line)
      ? []
      : [{ index: match.index, text: match[0] }];
  });
}

/** The client as a library of a program. */
const LIBRARY = /claude[-_](?:agent|code)[-_]sdk|@anthropic-ai\/claude-code\b/;

function skipsIn(file: SeenFile): readonly Fault[] {
  const source = file.text ?? "";
  if (!/dangerously-?_?skip-?_?permissions|bypassPermissions/i.test(source)) return [];
  const places = skipTexts(source).map(({ index }) => source.slice(0, index).split("\n").length);
  const more = source.split("\n").flatMap((text, at) => {
    if (/^\s*(?:#|\/\/)/.test(text)) return [];
    // An option that is kept in a variable, or stands in a list of words of another language.
    const isKept =
      /^\s*(?:export\s+|local\s+|readonly\s+)?[A-Za-z_]\w*\+?=\(?[^#]*--(?:allow-)?dangerously-skip-permissions/.test(
        text,
      ) ||
      // Words of a list: `["claude", "-p", ..., "--permission-mode", "bypassPermissions"]`.
      /["'](?:[\w./-]*\/)?claude["']\s*,[^#]*["'](?:--(?:allow-)?dangerously-skip-permissions["']|--permission-mode(?:=|["']\s*,\s*["'])bypassPermissions["'])/.test(
        text,
      );
    const isLibrary =
      LIBRARY.test(source) &&
      /\bpermission_?[mM]ode\b["']?\s*[:=]\s*["']bypassPermissions["']|\ballow_?[dD]angerously_?[sS]kip_?[pP]ermissions["']?\s*[:=]\s*[tT]rue\b|["'](?:--)?dangerously-skip-permissions["']\s*:/.test(
        text,
      );
    const isListed =
      /\bclaude\b/.test(source) &&
      /^\s*(?:-\s+)?["']?(?:--(?:allow-)?dangerously-skip-permissions|--permission-mode(?:=|["']\s*,\s*["'])bypassPermissions)["']?\s*\]?[,)\]\s]*$/.test(
        text,
      );
    return isKept || isListed || isLibrary ? [at + 1] : [];
  });
  return [...new Set([...places, ...more])].map((line) =>
    faultAt(file, { line, column: 1 }, RUN_ELSEWHERE),
  );
}
