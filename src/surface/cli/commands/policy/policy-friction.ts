// `sallyport policy friction`: what the guard costs people here, what it spares them, and the rules that cost most with what changing each would do.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { countFriction, dearRules, type Friction, perHundred } from "#assure/rollout/friction.ts";
import { createNames } from "#record/fleet/day-sums.ts";
import type { HostDay } from "#record/fleet/host-report.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { answersText, dearRuleLines, readLastDays } from "../../policy/friction-text.ts";
import { countDay } from "../../../services/fleet/day-counts.ts";
import { createReplayRules } from "../../../services/fleet/rule-replay.ts";
import { openAsker } from "../../../services/log/asked-log.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";

const DAY_MS = 86_400_000;
const HERE = "here";

export const frictionCommand = defineCommand({
  meta: {
    name: "friction",
    description: `What the guard costs people here and what it spares them: questions per hundred calls and how they were answered, questions that the client
alone would have asked, and the ten rules that cost most. Of each rule the latest calls of a day are judged again without it, so that you see what
changing it would do. Examples: sallyport policy friction; sallyport policy friction --last 30 --json`,
  },
  args: {
    last: {
      type: "string",
      default: "7",
      valueHint: "DAYS",
      description: "so many days until now, each of them UTC",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const lastDays = readLastDays(args.last);
    const days = await countDays(args.data ?? dataDirectory(), lastDays);
    const friction = frictionIn(days);
    const rules = dearRules(friction);
    if (args.json === true)
      return print(printableJson({ days: lastDays, all: friction.all, rules }));
    if (friction.all.calls === 0) return print("no call is on record in these days");
    return print(frictionLines(friction, rules).map(printable).join("\n"));
  },
});

/** The days until now, the first one first. */
async function countDays(data: string, lastDays: number): Promise<readonly HostDay[]> {
  const directories = directoriesIn(data);
  const asker = openAsker(directories);
  let isTold = false;
  const ask: Parameters<typeof countDay>[0] = async (question) => {
    const { answer, note } = await asker.ask(question);
    if (note !== undefined && !isTold) process.stderr.write(`sallyport: ${note}\n`);
    isTold ||= note !== undefined;
    return answer;
  };
  const replay = createReplayRules(directories, {
    projects: () => [
      process.cwd(),
      ...readProjectRegister(directories.projectsFile).map(({ root }) => root),
    ],
    policyOf: async (root) => (await judgingPolicy(root, undefined, { root: data })).policy,
  });
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const days: HostDay[] = [];
  try {
    for (let ago = lastDays - 1; ago >= 0; ago -= 1)
      days.push(await countDay(ask, today - ago * DAY_MS, replay));
    return days;
  } finally {
    await asker.close();
  }
}

function frictionIn(days: readonly HostDay[]): Friction {
  const names = createNames();
  for (const day of days) names.addDay(HERE, day);
  const seen = days.map((day) => ({ machine: HERE, version: null, stage: null, day }));
  return countFriction(seen, names.all().rules, () => HERE);
}

function frictionLines({ all }: Friction, rules: ReturnType<typeof dearRules>): readonly string[] {
  const rate = (count: number): string => (perHundred(count, all) ?? 0).toFixed(2);
  return [
    `${all.calls} calls: ${rate(all.asked)} questions per hundred (${answersText(all)}), ${rate(all.refused)} refused`,
    `the client asked about ${all.left} more by itself (${rate(all.left)} per hundred calls)`,
    `against the client alone: ${all.spared} questions spared (${rate(all.spared)} per hundred calls), ${all.added} added`,
    `the guard was set aside ${all.overrides} times, and could not judge ${all.failures} calls`,
    ...(rules.length === 0 ? [] : ["", ...dearRuleLines(rules)]),
  ];
}
