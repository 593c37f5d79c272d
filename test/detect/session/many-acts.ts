// Acts of sessions that go on for ever: reads, fetches, writes, runs and agents, in an order that a number tells.
import type { Act, CallAct, Place } from "#detect/session/act.ts";

const file = (name: string): Place => ({ kind: "file", name });
const host = (name: string): Place => ({ kind: "host", name });

/** The acts of a call, its result included, by its number; every eighth starts an agent. */
export function actsAt(number: number): readonly Act[] {
  const index = number * 3;
  const call = `toolu_${number}`;
  const own = { index: index + 1, agent: "", call, tool: "Bash", said: `make part-${number}` };
  const plain: CallAct = {
    kind: "call",
    ...own,
    verdict: "allow",
    takes: [],
    gives: [],
    touchesSecret: false,
    does: [],
    movesRemote: false,
    runsFetched: false,
  };
  const acts: readonly Partial<CallAct>[] = [
    { tool: "Read", takes: [file(`src/${number}.ts`)] },
    { takes: [host(`h${number % 5_000}.example`)], gives: [file(`vendor/${number}.ts`)] },
    { tool: "Write", gives: [file(`out/${number}.ts`)] },
    { takes: [file(`vendor/${number - 2}.ts`)], does: ["runs-code"] },
    { tool: "Read", takes: [file(".env")], touchesSecret: true },
    { gives: [host("drop.example")] },
    { takes: [file("vendor")], gives: [file(`dist/${number}.js`)] },
    { tool: "Agent" },
  ];
  const launched = number % 8 === 7 ? `agent-${number % 64}` : undefined;
  const prompt: Act = { ...own, kind: "prompt", index, text: `part ${number}`, isKept: true };
  return [
    ...(number % 10 === 0 ? [prompt] : []),
    { ...plain, ...acts[number % 8] },
    { kind: "result", index: index + 2, agent: "", call, launched },
  ];
}
