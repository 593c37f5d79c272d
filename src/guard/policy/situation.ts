// Conditions about the situation and not about an effect: tool, MCP server, mode, branch, continuous integration, labels, time.
import { compileGlob } from "#base/glob.ts";
import { isNamed } from "../content/finding-class.ts";
import type { Finding } from "../content/detection/finding.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import type { SessionChain, SessionFacts, SessionLabel } from "../facts/facts.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import { mcpTest } from "./mcp-calls.ts";
import type { Condition, Hours, Layer, Rule } from "./policy.ts";

/** What is known of the situation of a call. */
export type Situation = {
  readonly call: ToolCall;
  readonly findings: readonly Finding[];
  readonly session: SessionFacts;
  readonly reader: FactReader;
};

/**
 * Whether a rule speaks in a situation. What cannot be told lets a rule speak that restricts, and silences one that allows.
 */
export function speaks(
  { verdict, when, from }: Pick<Rule, "verdict" | "when" | "from">,
  situation: Situation,
): boolean {
  const otherwise = verdict !== "allow";
  const tests = [
    toolTest,
    serverTest,
    findingTest,
    modeTest,
    ciTest,
    labelTest,
    hoursTest,
    branchTest,
    chainTest,
  ];
  const who = { verdict, layer: from?.layer };
  return tests.every((test) => test(when, situation, who) ?? otherwise);
}

/** True and false, or undefined where nobody knows. */
type Test = (when: Condition, situation: Situation, who: Speaker) => boolean | undefined;
/** The verdict of the rule that would speak, and the layer that it came from where several were put together. */
type Speaker = { readonly verdict: Rule["verdict"]; readonly layer: Layer | undefined };

const toolTest: Test = ({ tools }, { call }) =>
  tools === undefined ||
  tools.some((tool) =>
    tool.endsWith("*") ? call.tool.startsWith(tool.slice(0, -1)) : tool === call.tool,
  );

const serverTest: Test = (when, { call }) => mcpTest(when, call);

const findingTest: Test = ({ detectors }, { findings }) =>
  detectors === undefined || findings.some((finding) => isNamed(finding, detectors));

const modeTest: Test = ({ modes }, { session }) =>
  modes === undefined || modes.includes(session.mode);

const ciTest: Test = ({ ci }, { session }) => {
  if (ci === undefined) return true;
  return session.ci === undefined ? undefined : session.ci === ci;
};

const labelTest: Test = ({ labels }, { session }, { verdict, layer }) => {
  if (labels === undefined) return true;
  const counts = (from: SessionLabel["from"]): boolean =>
    verdict !== "allow" || from === "managed" || (from === "person" && layer !== "managed");
  return session.labels?.some(({ name, from }) => counts(from) && labels.includes(name));
};

const hoursTest: Test = ({ hours }, { session }) => {
  if (hours === undefined) return true;
  const { clock } = session;
  return clock === undefined ? undefined : hours.some((one) => isWithinHours(one, clock));
};

/** WHY false where nobody followed the session: what came before a call is no reason to ask about every call. */
const chainTest: Test = ({ chains }, { session }) =>
  chains === undefined || chainOf(chains, session) !== undefined;

/** The chain because of which a rule speaks, the most telling one. */
export function chainOf(
  { kinds, percent }: NonNullable<Condition["chains"]>,
  { chains = [] }: Pick<SessionFacts, "chains">,
): SessionChain | undefined {
  return chains
    .filter((chain) => kinds.includes(chain.kind) && chain.percent >= percent)
    .toSorted((one, other) => other.percent - one.percent)[0];
}

const branchTest: Test = ({ branches }, { call, reader }) => {
  if (branches === undefined) return true;
  const answer = reader.ask({ kind: "git", directory: call.cwd });
  if (answer?.kind !== "git") return undefined;
  // Outside of a repository there is no branch; on a detached head anything may be checked out.
  if (answer.repository === undefined) return false;
  const { branch } = answer.repository;
  return branch === undefined ? undefined : branches.some((glob) => compileGlob(glob)(branch));
};

function isWithinHours(
  { days, start, end }: Hours,
  { weekday, minute }: NonNullable<SessionFacts["clock"]>,
): boolean {
  if (start < end) return days.includes(weekday) && minute >= start && minute < end;
  // Past midnight the hours belong to the day on which they began.
  const before = weekday === 1 ? 7 : weekday - 1;
  return (days.includes(weekday) && minute >= start) || (days.includes(before) && minute < end);
}
