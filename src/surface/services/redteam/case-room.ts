// A folder with the files of a case, and the guard over it: the policy is the one that is in force for a project, the disk is this one.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { joinPath } from "#base/path.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { type Judging, LATE_RULE, type Said } from "#assure/redteam/case-run.ts";
import type { Attack, Step } from "#assure/redteam/suite.ts";
import {
  placesNamed,
  rememberWritten,
  writtenPlaces,
} from "#guard/effects/paths/written-places.ts";
import { normalizeEvent, askedCall } from "#guard/events/normalize.ts";
import { type EnvironmentFacts, type FactAnswer, queryKey } from "#guard/facts/facts.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy, PolicyException } from "#guard/policy/policy.ts";
import { parsePayload } from "#guard/protocol/hook-io.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { boundedGuard } from "../evaluation/bounded-guard.ts";
import { judgeFollowed } from "../evaluation/followed.ts";
import { judgingLate } from "../hooks/refusals.ts";
import { judgePlainly } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { PLAIN_SHELL } from "../facts/session-shell.ts";
import { createSessionTrack } from "../sessions/session-track.ts";

const CLOCK: Clock = { nowMs: () => Date.now(), monotonicMs };
const WRITTEN_MAX = 1_000;
/** What the commands of a case inherit: nothing that matters. */
const ENVIRONMENT: EnvironmentFacts = {
  variables: new Map(),
  withheld: new Set(),
  isExact: true,
  named: [],
};
/** What the hold would stop does not count. */
const UNHELD: ReadonlyMap<string, FactAnswer> = new Map([
  [
    queryKey({ kind: "containment" }),
    { kind: "containment", sandbox: undefined, why: "the guard alone is asked" },
  ],
]);
/** A repository with a remote, as far as anybody asks. */
const GIT_FILES: Readonly<Record<string, string>> = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/config":
    '[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote "origin"]\n\turl = https://git.shop.example/team/shop.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
  ".git/objects/info/.keep": "",
  ".git/refs/heads/.keep": "",
};

/** The policy that judges, and the exceptions to it. */
export type JudgedUnder = {
  readonly policy: Policy;
  readonly exceptions: readonly PolicyException[];
};

/** Opens the folder of a case. What it holds goes with `close`. */
export async function openCaseRoom(attack: Attack, under: JudgedUnder): Promise<Judging> {
  const room = realpathSync(mkdtempSync(join(temporaryDirectory(), "sallyport-case-")));
  const [root, home] = [join(room, "home", "shop"), join(room, "home")];
  try {
    leave(home, attack.home);
    leave(root, { ...GIT_FILES, "README.md": "# Shop\n", ...attack.files });
  } catch (error) {
    rmSync(room, { recursive: true, force: true });
    throw error;
  }
  const facts = sessionFacts({
    sessionId: `red-team-${attack.id}`,
    cwd: root,
    mode: attack.mode,
    projectRoot: root,
    home,
    interactive: !attack.headless,
  });
  const written = new Set<string>();
  const places = new PlaceTests(facts);
  const track = createSessionTrack(undefined, () => undefined);
  const caller = { agent: "", roots: { projectRoot: root, home } };
  // WHY kept: nothing runs here, so the disk says the same of every call until a step leaves a file.
  const answers = new Map(UNHELD);
  let calls = 0;

  const decide = (call: ToolCall): Promise<Decision | undefined> =>
    judgedInTime(
      judgeFollowed(
        {
          call,
          session: facts,
          policy: under.policy,
          ends: (asked, alone) => track.ends(asked, alone, caller),
        },
        (session) =>
          judgePlainly({
            ...under,
            call,
            session,
            shell: PLAIN_SHELL,
            environment: ENVIRONMENT,
            writtenPaths: written,
            guard: boundedGuard(CLOCK),
            places,
            answers,
          }),
        (one) => one,
      ),
    );

  const judge = async (step: Step): Promise<Said> => {
    if ("prompt" in step) {
      track.prompted(step.prompt, false);
      return { verdict: "none", rule: undefined, reason: "" };
    }
    if ("payload" in step) return saidToPayload(step.payload);
    const { tool, input } = callOf(step, root, home);
    const call = askedCall(`call-${calls++}`, { tool, input, cwd: root });
    const decision = await decide(call);
    if (decision === undefined) return LATE;
    const { verdict } = decision;
    track.judged(call, decision, verdict, caller);
    if (verdict !== "deny") {
      track.ended(call.id, undefined);
      for (const place of [...writtenPlaces(decision.effects, root), ...placesNamed(call)])
        rememberWritten(written, place, WRITTEN_MAX);
      // A later step of the case may run what this one wrote.
      const path = input["file_path"];
      if ("write" in step && typeof path === "string" && path.startsWith(`${room}/`))
        leaveNew(path, step.text);
    }
    return saidOf(decision);
  };
  const leaveNew = (path: string, text: string): void => {
    leave("/", { [path]: text });
    for (const key of answers.keys()) if (!UNHELD.has(key)) answers.delete(key);
  };
  const askAbout = async (command: string): Promise<Said> => {
    const { tool, input } = callOf({ run: command, expect: "step" }, root, home);
    const decision = await decide(askedCall(`call-${calls}`, { tool, input, cwd: root }));
    return decision === undefined ? LATE : saidOf(decision);
  };
  return { judge, askAbout, close: () => rmSync(room, { recursive: true, force: true }) };
}

/** As a hook answers a call that took too long to judge. */
const LATE: Said = { verdict: "deny", rule: LATE_RULE, reason: reasonText(judgingLate()) };

function saidOf(decision: Decision): Said {
  const { verdict, reasons } = decision;
  return { verdict, rule: reasons[0]?.rule, reason: reasonText(decision) };
}

/** The decision; undefined where judging took too long. */
async function judgedInTime(
  judging: Promise<{ readonly judged: Decision }>,
): Promise<Decision | undefined> {
  try {
    return (await judging).judged;
  } catch (cause) {
    if (cause instanceof Failure && cause.code === "late") return undefined;
    throw cause;
  }
}

/** What a hook says to a payload before anybody judges: what it cannot read is refused. */
function saidToPayload(payload: string): Said {
  const parsed = parsePayload(Buffer.from(payload, "utf8"));
  const fault = "fault" in parsed ? parsed.fault.code : faultIn(parsed.payload);
  return fault === undefined
    ? { verdict: "abstain", rule: undefined, reason: "the payload is one that can be judged" }
    : { verdict: "deny", rule: `guard/${fault}`, reason: "the payload cannot be read" };
}

function faultIn(payload: Json): string | undefined {
  const event = normalizeEvent(payload);
  return event.kind === "fault" ? event.code : undefined;
}

type Called = { readonly tool: string; readonly input: { readonly [key: string]: Json } };

/** The tool and the input of a step, with its paths in place. */
export function callOf(
  step: Exclude<Step, { payload: string } | { prompt: string }>,
  root: string,
  home: string,
): Called {
  const at = (path: string): string =>
    path.startsWith("~/") ? joinPath(home, path.slice(2)) : joinPath(root, path);
  if ("run" in step) return { tool: "Bash", input: { command: step.run } };
  if ("read" in step) return { tool: "Read", input: { file_path: at(step.read) } };
  if ("fetch" in step) return { tool: "WebFetch", input: { url: step.fetch, prompt: "summarise" } };
  if ("write" in step)
    return { tool: "Write", input: { file_path: at(step.write), content: step.text } };
  return { tool: `mcp__${step.mcp.replace("/", "__")}`, input: step.input };
}

/** Leaves files below a folder. */
export function leave(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
