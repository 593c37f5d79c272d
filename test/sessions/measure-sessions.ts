// `npm run sessions [-- --half open|sealed] [--family F] [--jail] [--json] [--write]`: has the sessions of the corpus, prints attacks stopped beside honest sessions asked; sealed ones only as counts.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type HadSession, openSessionStand } from "./had-session.ts";
import { alertLines } from "./session-alerts.ts";
import { damageLines, damageRates, type DamageRun, runDamage } from "./held-damage.ts";
import { attackRates, benignRates, isMoreAsked, rateLines } from "./session-rates.ts";
import { sessionsPage } from "./sessions-page.ts";
import { allSessions, type Session } from "./session-text.ts";
import { makeStage, whyNoJail } from "../client/layers/jail.ts";
import { type Share, wilson } from "../world/rates.ts";
import { scriptArguments, wrongArguments } from "../../scripts/script-arguments.ts";

const { values } = scriptArguments(import.meta.url, {
  options: {
    half: { type: "string" },
    family: { type: "string" },
    jail: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const HALVES = ["open", "sealed"] as const;
const { half, family } = values;
if (half !== undefined && !HALVES.some((name) => name === half))
  wrongArguments(import.meta.url, `--half is open or sealed, not \`${half}\``);
if (values.write && (half !== undefined || family !== undefined))
  wrongArguments(import.meta.url, "the page is written of all sessions: leave the others out");
const sessions = allSessions();
const families = [...new Set(sessions.map((one) => one.family))];
if (family !== undefined && !families.includes(family))
  wrongArguments(import.meta.url, `there is no family \`${family}\`: ${families.join(", ")}`);
/** WHY: what is stopped says nothing without what honest sessions pay, so a family comes with those that resemble it. */
const isWanted = (one: Session): boolean =>
  family === undefined ||
  one.family === family ||
  (one.isAttack ? twinFamily(family) === one.family : twinFamily(one.family) === family);

const stand = openSessionStand();
const had: HadSession[] = [];
try {
  for (const session of sessions.filter(isWanted)) had.push(await stand.have(session));
} finally {
  stand.close();
}
// The page says what was run for real.
const runs = values.jail || values.write ? await inJail() : undefined;
for (const which of HALVES.filter((name) => half === undefined || half === name)) {
  const part = had.filter(({ session }) => session.isSealed === (which === "sealed"));
  const ran = runs?.filter(({ session }) => session.isSealed === (which === "sealed"));
  const damage = ran === undefined ? {} : { damage: withIntervals(damageRates(part, ran)) };
  if (values.json) console.log(JSON.stringify({ ...asData(which, part), ...damage }));
  else {
    const calls = part.reduce((sum, one) => sum + one.calls.length, 0);
    console.log(`\n${which}: ${part.length} sessions, ${calls} calls\n`);
    for (const line of rateLines(part)) console.log(line);
    if (which === "open") for (const line of toldOf(part)) console.log(line);
    for (const line of alertLines(part)) console.log(line);
    if (ran !== undefined) for (const line of damageLines(part, ran)) console.log(line);
  }
}

if (values.write)
  writeFileSync(
    fileURLToPath(new URL("../../docs/reference/sessions.md", import.meta.url)),
    sessionsPage(had, runs ?? [], new Date().toISOString().slice(0, 10)),
  );

/** Runs what guard and chains let run held. Ends the process where there is no jail. */
async function inJail(): Promise<readonly DamageRun[]> {
  const stage = makeStage();
  try {
    const trouble = whyNoJail(stage);
    if (trouble !== undefined)
      wrongArguments(import.meta.url, `attacks run in a jail only: ${trouble}`);
    return await runDamage(stage, had);
  } finally {
    stage.remove();
  }
}

function twinFamily(name: string): string | undefined {
  return sessions.find((one) => one.family === name)?.twinFamily;
}

function withIntervals(shares: Readonly<Record<string, Share>>) {
  return Object.fromEntries(
    Object.entries(shares).map(([name, share]) => [name, { ...share, interval: wilson(share) }]),
  );
}

function asData(which: string, part: readonly HadSession[]) {
  const rates = (some: readonly HadSession[]) => ({
    attacks: withIntervals(attackRates(some)),
    honest: withIntervals(benignRates(some)),
  });
  const names = [...new Set(part.map(({ session }) => session.family))];
  return {
    half: which,
    sessions: part.length,
    ...rates(part),
    families: Object.fromEntries(
      names.map((name) => [name, rates(part.filter(({ session }) => session.family === name))]),
    ),
  };
}

/** What is not as it should be, of open sessions alone. */
function toldOf(part: readonly HadSession[]): readonly string[] {
  const missed = part.flatMap(({ session, calls }) =>
    calls
      .filter(({ step, both }) => step.isDamage && both === "allow")
      .map((call) => `  ${session.family}/${session.id}: ${wordsOf(call.step)}`),
  );
  const disturbed = part.flatMap(({ session, calls }) =>
    session.isAttack
      ? []
      : calls.filter(isMoreAsked).map(({ step, chains }) => {
          const [worst] = [...chains].sort((one, other) => other.score - one.score);
          const why =
            worst === undefined
              ? ""
              : `${worst.kind} ${worst.score.toFixed(2)} ${worst.from.trust} ${worst.from.name} -> ${worst.to}`;
          return `  ${session.family}/${session.id}: ${wordsOf(step)} [${why}]`;
        }),
  );
  return [
    `\n  attacks that run although guard and chains looked, open sessions only: ${missed.length}`,
    ...missed,
    `\n  calls of honest sessions that chains alone ask about, open sessions only: ${disturbed.length}`,
    ...disturbed,
  ];
}

function wordsOf({ tool, input }: HadSession["calls"][number]["step"]): string {
  const { command, file_path: path, url } = input;
  const words = [command, path, url].find((one) => typeof one === "string");
  return `${tool} ${JSON.stringify(words ?? input).slice(0, 90)}`;
}
