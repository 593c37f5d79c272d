// A policy tried on the raw texts of recorded calls, where the record alone cannot tell: by what lies on the disk now.
import * as v from "valibot";
import type { Rejudgement } from "#assure/backtest/rejudge.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { judgeCall } from "../../services/facts/judge.ts";
import { PLAIN_SHELL } from "../../services/facts/session-shell.ts";
import { openRaw, type RawReader } from "../../services/raw/read-raw.ts";
import { createAnswer, rulesOf, sessionIn } from "./corpus-backtest.ts";
import { type JudgingPolicy, judgingPolicy } from "../../services/evaluation/judging-policy.ts";

/** What we wrote ourselves; the shape of an input was checked when the call came. */
const textSchema = v.object({
  tool: v.string(),
  cwd: v.string(),
  input: v.custom<ToolInput>((input) => v.is(v.looseObject({ kind: v.string() }), input)),
});

/** What the policy makes of the call whose decision is this event; undefined where no text of it is kept. */
export type RawJudge = (eventId: string) => Promise<Rejudgement | undefined>;

/** Opens the raw store for a backtest, which is put on record with the reason. */
export async function openRawJudge(
  directories: Directories,
  reader: RawReader,
  policy: Policy,
): Promise<RawJudge> {
  const read = await openRaw(directories, reader, { what: "backtest" });
  const shell = { ...PLAIN_SHELL, dialect: "bash" } as const;
  const places = new Map<string, JudgingPolicy>();
  const policyAt = async (cwd: string): Promise<JudgingPolicy> => {
    const found =
      places.get(cwd) ??
      (await judgingPolicy(cwd, undefined, { root: directories.root, instead: policy }));
    places.set(cwd, found);
    return found;
  };
  let answer: ReturnType<typeof createAnswer> | undefined;
  return async (eventId) => {
    const text = await read(eventId);
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), textSchema), text);
    if (!parsed.success) return undefined;
    const { tool, cwd, input } = parsed.output;
    const by = await policyAt(cwd);
    const session = sessionIn(cwd, [by, by]);
    answer ??= createAnswer(session.home);
    const call = { id: "backtest", tool, cwd, input };
    const decision = await judgeCall({
      call,
      policy: by.policy,
      session,
      shell,
      exceptions: by.exceptions,
      answer,
    });
    return { kind: "decided", verdict: decision.verdict, rules: rulesOf(decision) };
  };
}
