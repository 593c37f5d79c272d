// `npm run days [-- --write] [--only TEXT] [--all] [--texts] [--held] [--ordinary]`: questions per hundred calls in days of work, with calls held and without, or in a table of ordinary calls; reports, and never decides about a test.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { holdStatus } from "#surface/services/hold/hold-status.ts";
import { KINDS } from "../sessions/session-matrix.ts";
import { openDayStand } from "./day-stand.ts";
import {
  byReason,
  GOALS,
  ordinaryPage,
  type HadDay,
  questionRates,
  questionsPage,
  type Way,
  WAYS,
} from "./days-page.ts";
import { allDays, type Day, ordinaryDays } from "./story-text.ts";
import { scriptArguments } from "../../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/questions.md", import.meta.url));
const ORDINARY = fileURLToPath(
  new URL("../../../docs/reference/ordinary-calls.md", import.meta.url),
);
const EXAMPLES_MAX = 3;

const { values } = scriptArguments(import.meta.url, {
  options: {
    write: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    all: { type: "boolean", default: false },
    ordinary: { type: "boolean", default: false },
    held: { type: "boolean", default: false },
    texts: { type: "boolean", default: false },
  },
});
const days = (values.ordinary ? ordinaryDays() : allDays()).filter(({ kind, story }) =>
  `${kind}: ${story}`.includes(values.only),
);
const standing = await holdStatus();
if (days.length === 0) {
  process.stderr.write(`no day is called like \`${values.only}\`\n`);
  process.exitCode = 2;
} else if (!standing.works) {
  process.stderr.write(
    `calls cannot be held here, and half of this is about held ones: ${standing.why}; repair: ${standing.repair}\n`,
  );
  process.exitCode = 2;
} else {
  const had = {} as Record<Way, readonly HadDay[]>;
  for (const how of values.ordinary || values.held ? (["held"] as const) : WAYS) {
    had[how] = await haveAll(days, how);
    tell(how, had[how]);
  }
  if (values.write && (values.only !== "" || values.held)) {
    process.stderr.write("the page is written of all days only; leave the rest out\n");
    process.exitCode = 2;
  } else if (values.write) {
    const day = new Date().toISOString().slice(0, 10);
    if (values.ordinary) writeFileSync(ORDINARY, ordinaryPage(had.held, day));
    else writeFileSync(PAGE, questionsPage(had, day));
  }
}

async function haveAll(all: readonly Day[], how: Way): Promise<readonly HadDay[]> {
  const kinds = Object.fromEntries(
    Object.entries(KINDS).filter(([kind]) => all.some((day) => day.kind === kind)),
  );
  const stand = await openDayStand(kinds, {
    isHeld: how.startsWith("held"),
    makesLast: how.endsWith("lasting"),
  });
  try {
    const had: HadDay[] = [];
    for (const day of all) had.push({ day, ends: await stand.have(day) });
    const chains = [...(await stand.chains())].map(([kind, count]) => `${count} ${kind}`);
    process.stdout.write(
      `${how}: days with a chain worth a look: ${chains.length === 0 ? "none" : chains.join(", ")} of ${all.length}\n`,
    );
    return had;
  } finally {
    await stand.close();
  }
}

function tell(how: Way, had: readonly HadDay[]): void {
  const { median, p90 } = questionRates(had);
  const calls = had.reduce((sum, { ends }) => sum + ends.length, 0);
  const goal = GOALS[how];
  process.stdout.write(
    `${how}: ${had.length} days, ${calls} calls; questions per hundred: median ${median.toFixed(1)} (goal ${goal.median}), p90 ${p90.toFixed(1)} (goal ${goal.p90})\n`,
  );
  for (const end of ["asked", "refused"] as const)
    for (const { rule, count, calls: words } of byReason(had, end)) {
      const shown = values.all ? words : words.slice(0, EXAMPLES_MAX);
      process.stdout.write(`  ${end} ${String(count).padStart(4)} ${rule}: ${shown.join(" | ")}\n`);
    }
  if (values.texts)
    for (const { step, told } of had.flatMap(({ ends }) => ends))
      if (told !== undefined)
        process.stdout.write(`\n${"command" in step ? step.command : step.tool}\n${told}\n`);
}
