// What judging recorded calls again takes: read back from their JSON, by a policy of a profile and one of hundreds of rules.
import { readRecordedCall } from "#assure/backtest/recorded-call.ts";
import { createRejudge } from "#assure/backtest/rejudge.ts";
import { createTally } from "#assure/backtest/report.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { createShaper } from "#record/event/place-shape.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { judgeCommand, makeProject, plainShell } from "../judging.ts";
import { bashCall, stamp } from "../record/event/samples.ts";
import { atLeast, median, type Suite } from "./figures.ts";

const ROUNDS = 5;
const CALLS = 20_000;
const WANTED = 20_000;
/** `#` becomes a number, so that no two calls name the same files. */
const COMMANDS = [
  "cat src/m#.ts notes-#.txt",
  "grep -n total src/m#.ts | head -20",
  "git status",
  "git diff --stat HEAD~1",
  "cp out/a#.txt out/b#.txt",
  "rm -rf build-#",
  "curl -s https://host-#.example.org/a",
  "npm test",
];

/** Judges the same recorded calls again and again, by the policy of the time and by another one. */
export async function measureBacktest(): Promise<Suite> {
  const project = makeProject();
  const policy = loadPack("team");
  const events: string[] = [];
  for (let at = 0; at < 400; at += 1) {
    const command = (COMMANDS[at % COMMANDS.length] ?? "").replaceAll("#", String(at));
    const decision = await judgeCommand(project, command, { policy, shell: plainShell("bash") });
    const call = { ...bashCall(command), cwd: project.project };
    const session = { facts: project.session, userSource: "os" } as const;
    const event = decisionEvent(stamp, { call, decision, policy, session, durationMs: 1 });
    events.push(JSON.stringify({ metadata: event.metadata, sealed: event.sealed }));
  }
  project.remove();
  const figures = ["team", "enterprise-high"].flatMap((name) => {
    const rates: number[] = [];
    const processorRates: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const wording = { digest: stamp.digest, shaper: createShaper(stamp.digest) };
      const rejudge = createRejudge(loadPack(name), wording, [policy]);
      const tally = createTally(5);
      const start = performance.now();
      const spent = process.cpuUsage();
      for (let at = 0; at < CALLS; at += 1) {
        const { metadata, sealed } = JSON.parse(events[at % events.length] ?? "{}");
        const call = readRecordedCall(metadata, sealed);
        if (call === undefined) throw new Error("a recorded call was not read back");
        tally.add(String(at), call, rejudge(call));
      }
      if (round === 0) continue;
      rates.push(CALLS / ((performance.now() - start) / 1_000));
      const { user, system } = process.cpuUsage(spent);
      processorRates.push(CALLS / ((user + system) / 1_000_000));
    }
    return [
      atLeast(`recorded decisions judged by ${name}`, median(rates), "/s", WANTED),
      // WHY too: on a busy machine the clock measures the other programs.
      { name: "  by processor time", value: median(processorRates), unit: "/s" },
    ];
  });
  return {
    figures,
    method: `${CALLS} recorded decisions a round, ${ROUNDS} rounds, read back from their JSON; opening the log's sealed sections is not in it.`,
  };
}
