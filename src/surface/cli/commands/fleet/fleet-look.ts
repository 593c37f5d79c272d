// `sallyport fleet status`, `plan`, `tiers`, `friction` and `exceptions`: they show, and decide nothing.
import { dayOf } from "#base/day.ts";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type CompanyMachine, hasWanted } from "#assure/rollout/company.ts";
import {
  dearRules,
  type FrictionSums,
  perHundred,
  refusedHarm,
  unmetRules,
} from "#assure/rollout/friction.ts";
import { knownFacts } from "#assure/rollout/figures.ts";
import { trackName } from "#assure/rollout/journal.ts";
import { trainingOf } from "#assure/rollout/training.ts";
import { judgeSteps } from "#assure/rollout/steps.ts";
import { loadSteps } from "../../../foundation/product/shipped-data.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { fleetExceptions, usesSince } from "../../../services/fleet/fleet-exceptions.ts";
import { readFleet } from "../../../services/fleet/fleet-folder.ts";
import { rulesOf, tryPolicies } from "../../../services/fleet/policy-trial.ts";
import { frictionOf, frictionSince, type LookedAt } from "../../../services/fleet/rollout.ts";
import { answersText, dearRuleLines, readLastDays } from "../../policy/friction-text.ts";
import { fleetDirectory, fleetOptions, lookNow } from "./fleet-context.ts";

const SHOWN_MAX = 20;

/** `sallyport fleet status`. */
export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description: `the machines of the fleet by tier, what each release is at, and what holds it

  sallyport fleet status
  sallyport fleet status --json`,
  },
  args: { ...fleetOptions, ...jsonOption },
  async run({ args }) {
    const looked = await lookNow(args);
    const tiers = tierRows(looked);
    const tracks = looked.tracks.map(({ track, evidence, move }) => ({
      name: trackName(track),
      standing: track.standing,
      reason: track.reason,
      ring: track.ring,
      percent: looked.folder.file.rings[track.ring],
      stage: track.stage,
      sinceMs: track.sinceMs,
      evidence,
      move,
    }));
    const clients = clientRows(looked);
    const stray = looked.company.machines.filter(
      (machine) => machine.isOnline && machine.host !== undefined && !hasWanted(machine),
    );
    const { revoked } = looked.folder.state;
    const withRevoked = looked.company.machines.filter(({ host }) =>
      revoked.has(host?.report.bundle?.version ?? 0),
    );
    if (withRevoked.length > 0) process.exitCode = exitCodes.found;
    if (tracks.some(({ standing }) => standing === "held" || standing === "taken-back"))
      process.exitCode = exitCodes.found;
    const fleet = looked.folder.file.name;
    if (args.json === true)
      return print(
        printableJson({
          fleet,
          tiers,
          clients,
          tracks,
          without: stray.map(({ machine }) => machine),
          revoked: [...revoked],
          withRevoked: withRevoked.map(({ machine }) => machine),
        }),
      );
    const lines = [
      `${fleet}: ${looked.company.machines.length} machines, ${looked.company.machines.filter(({ isOnline }) => isOnline).length} seen within a day`,
      ...tiers.map(
        (row) =>
          `  ${row.tier}: ${row.machines} machines, ${row.online} there, ${row.current} with what they are to have, ${row.verified} verified, ${row.drifted} with drift`,
      ),
      ...(clients.length === 0
        ? []
        : [
            `client: ${clients
              .slice(0, SHOWN_MAX)
              .map(({ version, machines }) => `${version ?? "not known"} on ${machines}`)
              .join(", ")}${clients.length > SHOWN_MAX ? ", ..." : ""}`,
          ]),
      ...(tracks.length === 0
        ? ["no release yet: `sallyport fleet release POLICY --key FILE`"]
        : []),
      ...tracks.map((track) => trackLine(track)),
      ...namesLine(stray, "machines that are there do not have what they are to have"),
      ...namesLine(withRevoked, "machines have a version that was revoked"),
    ];
    return print(lines.map(printable).join("\n"));
  },
});

function namesLine(machines: readonly CompanyMachine[], what: string): readonly string[] {
  if (machines.length === 0) return [];
  const shown = machines.slice(0, SHOWN_MAX).map(({ machine }) => machine);
  return [
    `${machines.length} ${what}: ${shown.join(", ")}${machines.length > SHOWN_MAX ? ", ..." : ""}`,
  ];
}

/** The client's versions on machines that are there, the most frequent first; null where no session told it. */
function clientRows({ company }: LookedAt) {
  const counts = new Map<string | null, number>();
  for (const { host, isOnline } of company.machines) {
    if (host === undefined || !isOnline) continue;
    const version = host.report.client === "" ? null : host.report.client;
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts]
    .map(([version, machines]) => ({ version, machines }))
    .toSorted((one, other) => other.machines - one.machines);
}

function trackLine(track: {
  readonly name: string;
  readonly standing: string;
  readonly reason: string;
  readonly percent: number | undefined;
  readonly stage: string;
  readonly sinceMs: number;
  readonly move: LookedAt["tracks"][number]["move"];
}): string {
  const { name, standing, percent, stage, sinceMs, move, reason } = track;
  const since = dayOf(sinceMs);
  if (standing === "complete") return `${name}: complete since ${since}`;
  if (standing === "taken-back") return `${name}: taken back: ${reason}`;
  if (standing === "held")
    return `${name}: held at ${percent} %, ${stage}, since ${since}: ${reason}`;
  const next =
    move.kind === "advance"
      ? "goes on with the next `sallyport fleet tick`"
      : `${move.kind === "wait" ? "waits" : `is due to be ${move.kind === "hold" ? "held" : "taken back"}`}: ${move.reasons.join("; ")}`;
  return `${name}: ${percent} %, ${stage}, since ${since}; ${next}`;
}

function tierRows({ company }: LookedAt) {
  const tiers = [...new Set(company.machines.map(({ tier }) => tier))].toSorted();
  return tiers.map((tier) => {
    const own = company.machines.filter((machine) => machine.tier === tier);
    const count = (is: (machine: CompanyMachine) => boolean): number => own.filter(is).length;
    return {
      tier,
      machines: own.length,
      online: count(({ isOnline }) => isOnline),
      current: count((machine) => machine.isOnline && hasWanted(machine)),
      verified: count(({ isOnline, host }) => isOnline && host?.report.canary === "held"),
      drifted: count(({ isOnline, host }) => isOnline && (host?.report.drift ?? 0) > 0),
    };
  });
}

/** `sallyport fleet plan`. */
export const planCommand = defineCommand({
  meta: {
    name: "plan",
    description: `the fifteen steps of a rollout: which are met, what is next, and what blocks it. Steps are read off figures and attestations,
and nothing ticks one by hand

  sallyport fleet plan
  sallyport fleet plan --json`,
  },
  args: { ...fleetOptions, ...jsonOption },
  async run({ args }) {
    const nowMs = Date.now();
    const looked = await lookNow(args, { nowMs, frictionSince: frictionSince(nowMs) });
    const { folder, company, tracks } = looked;
    const policies = [...new Set(folder.file.policies.map(({ policy }) => policy))];
    const tried = await tryPolicies(folder.directory, policies);
    const week = frictionOf(looked).all;
    const given = fleetExceptions(folder, company.nowMs).length;
    const steps = judgeSteps(
      loadSteps(),
      knownFacts(company, folder.state, {
        tracks,
        week,
        tried,
        given,
        training: trainingOf(folder.file, company.listed.users, folder.state, company.nowMs),
      }),
    );
    const next = steps.find(({ isMet }) => !isMet);
    if (next !== undefined) process.exitCode = exitCodes.found;
    if (args.json === true)
      return print(
        printableJson({
          steps: steps.map(({ step, isMet, criteria }) => ({
            number: step.number,
            id: step.id,
            title: step.title,
            owner: step.owner,
            isMet,
            criteria,
            about: step.about,
            commands: step.commands,
          })),
          next: next?.step.id ?? null,
        }),
      );
    const lines = steps.map(
      ({ step, isMet, criteria }) =>
        `${isMet ? "met " : "open"}  ${String(step.number).padStart(2)}  ${step.title} (${step.owner})` +
        (isMet
          ? ""
          : `\n          ${criteria
              .filter((one) => !one.isMet)
              .map(({ text, why }) => `${text}; ${why}`)
              .join("\n          ")}`),
    );
    if (next !== undefined)
      lines.push(
        "",
        `next: ${next.step.title}. ${next.step.about}`,
        ...next.step.commands.map((one) => `  ${one}`),
      );
    return print(lines.map((line) => line.split("\n").map(printable).join("\n")).join("\n"));
  },
});

/** `sallyport fleet tiers`. */
export const tiersCommand = defineCommand({
  meta: {
    name: "tiers",
    description: `the repositories by tier, each with the reason

  sallyport fleet tiers
  sallyport fleet tiers --json`,
  },
  args: { ...fleetOptions, ...jsonOption },
  async run({ args }) {
    const { company } = await lookNow(args);
    const open = company.repositories.filter(({ by }) => by === "otherwise");
    if (open.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson({ repositories: company.repositories }));
    if (company.repositories.length === 0)
      return print("no repository is known: `sallyport fleet import FILE --kind repositories`");
    return print(
      company.repositories
        .toSorted((one, other) => (one.tier < other.tier ? -1 : one.tier > other.tier ? 1 : 0))
        .map(({ remote, tier, because, isListed }) =>
          printable(
            `${tier}  ${remote}: ${because}${isListed ? "" : "; in no export, a machine works on it"}`,
          ),
        )
        .join("\n"),
    );
  },
});

/** `sallyport fleet friction`. */
export const frictionCommand = defineCommand({
  meta: {
    name: "friction",
    description: `what the guard costs people: questions per hundred calls and how they were answered, waiting, refusals, and the ten rules
that cost most, with what changing each would have done, as machines judged their calls again without it

  sallyport fleet friction
  sallyport fleet friction --by policy --last 30 --json`,
  },
  args: {
    by: {
      type: "string",
      default: "tier",
      valueHint: "WHAT",
      description: "tier, policy, group, system or stage",
    },
    last: {
      type: "string",
      default: "7",
      valueHint: "DAYS",
      description: "so many days until now",
    },
    ...fleetOptions,
    ...jsonOption,
  },
  async run({ args }) {
    const lastDays = readLastDays(args.last);
    const keyOf = keyBy(args.by);
    const nowMs = Date.now();
    const since = frictionSince(nowMs, lastDays);
    const looked = await lookNow(args, { nowMs, frictionSince: since, namesSince: since });
    const friction = frictionOf(looked, { lastDays, keyOf });
    const rules = dearRules(friction);
    const { directory, file } = looked.folder;
    const policies = [...new Set(file.policies.map(({ policy }) => policy))];
    const known = rulesOf(directory, policies);
    const harm = refusedHarm(friction.rules, known);
    const unmet = unmetRules(friction.rules, known);
    if (args.json === true)
      return print(printableJson({ days: lastDays, ...friction, rules, harm, unmet }));
    if (friction.all.calls === 0) return print("no machine reported a call in these days");
    const lines = [
      sumsLine("all", friction.all),
      ...friction.by.map(({ key, sums }) => sumsLine(`  ${key}`, sums)),
      "",
      ...dearRuleLines(rules),
      ...(harm.length === 0
        ? []
        : [
            "",
            `refused, by what was kept from happening: ${harm.map(({ kind, refused }) => `${kind} ${refused}`).join(", ")}`,
          ]),
      ...(unmet.length === 0
        ? []
        : [
            "",
            `${unmet.length} rules that ask or refuse were met on no machine: ${unmet.slice(0, SHOWN_MAX).join(", ")}${unmet.length > SHOWN_MAX ? ", ..." : ""}`,
          ]),
    ];
    return print(lines.map(printable).join("\n"));
  },
});

function keyBy(what: string): (machine: CompanyMachine | undefined) => string {
  switch (what) {
    case "tier":
      return (machine) => machine?.tier ?? "unknown";
    case "policy":
      return (machine) => machine?.policy ?? "unknown";
    case "group":
      return (machine) => machine?.groups[0] ?? "no group";
    case "system":
      return (machine) => machine?.system ?? "unknown";
    case "stage":
      return (machine) => machine?.host?.report.bundle?.stage ?? "none";
    default:
      throw new Failure("usage", "`--by` is tier, policy, group, system or stage");
  }
}

function sumsLine(key: string, sums: FrictionSums): string {
  const rate = (count: number): string => (perHundred(count, sums) ?? 0).toFixed(2);
  const session =
    sums.sessions === 0 ? "" : `, ${(sums.asked / sums.sessions).toFixed(1)} a session`;
  return `${key}: ${sums.calls} calls on ${sums.machines} machines, ${rate(sums.asked)} questions per hundred${session} (${answersText(sums)}), ${rate(sums.left)} more by the client itself, ${rate(sums.spared)} spared and ${rate(sums.added)} added against the client alone, ${rate(sums.refused)} refused, ${sums.overrides} times set aside, ${sums.failures} not judged`;
}

/** `sallyport fleet exceptions`. */
export const exceptionsCommand = defineCommand({
  meta: {
    name: "exceptions",
    description: `the exceptions that the fleet's policies give: when each ends, whether it is broad, and how many calls rested on it. One that nobody
used for as long as \`exceptions.unusedDays\` of the fleet's file says (30) is proposed for removal

  sallyport fleet exceptions
  sallyport fleet exceptions --json`,
  },
  args: { ...fleetOptions, ...jsonOption },
  async run({ args }) {
    const nowMs = Date.now();
    const folder = readFleet(fleetDirectory(args));
    const since = usesSince(folder, nowMs);
    const asked = { nowMs, folder, frictionSince: since, namesSince: since };
    const { company, reported } = await lookNow(args, asked);
    const hasDays = reported.days.some(({ day }) => day.day >= since && day.calls > 0);
    const rows = fleetExceptions(folder, nowMs, hasDays ? reported.names : undefined);
    const own = company.machines.reduce((sum, { host }) => sum + (host?.report.exceptions ?? 0), 0);
    if (rows.some(({ remarks }) => remarks.length > 0)) process.exitCode = exitCodes.found;
    if (args.json === true)
      return print(printableJson({ exceptions: rows, ofPeople: own, usesSince: since }));
    const lines = [
      ...rows.map(
        ({ policy, id, rules, owner, expires, used, remarks }) =>
          `${policy}  ${id}: ${rules.join(", ")}; ${owner}, until ${expires}; ${used === null ? "no machine reported its use" : `${used} calls since ${since}`}${remarks.map((remark) => `; ${remark}`).join("")}`,
      ),
      `${rows.length} in policies, ${own} that people granted on their machines`,
    ];
    return print(lines.map(printable).join("\n"));
  },
});
