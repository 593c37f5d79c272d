// The page `docs/reference/content.md`: what the content stage finds of the labelled corpus and in clean code, with the goals beside the figures.
import type { CleanResult } from "./clean.ts";
import { goalsOf, isMet } from "./goals.ts";
import type { Judged } from "./judge.ts";
import { coverage, percent, type Rates, ratesOf, ratesOfKind, recallBy, tally } from "./rates.ts";

/** What one run gives. */
export type Run = {
  readonly open: readonly Judged[];
  readonly sealed: readonly Judged[];
  readonly clean: CleanResult;
  readonly date: Date;
};

/** Rows of tables of classes and detectors. */
const ROWS_MAX = 25;
/** Findings per megabyte of clean code that are wanted at most. */
const CLEAN_MAX: Readonly<Record<string, number>> = { "secrets, tier high": 0.1, "secrets, all tiers": 2 };

/** The whole page. Of sealed items it has rates and nothing else. */
export function contentPage({ open, sealed, clean, date }: Run): string {
  const both = [...open, ...sealed];
  return `# What the content stage finds

Written by \`npm run content -- --write\` on ${date.toISOString().slice(0, 10)}. The corpus is made from templates and a seed
(rules of labelling: \`test/corpus/content/README.md\`); each of its two families was committed before the detectors that it judges. A
third of it, by whole templates, is sealed: nobody looked at its items while detectors were written, so its rates say more than those
of the open part. All of it was written by the authors of the detectors' project, so it is a look at kinds and no contest; who wrote
the sealed third of a family also wrote its open part, so the first run of a new family says more still.

| | open | sealed |
|---|---|---|
${sizeRows(open, sealed)}

A label is found when a finding shares a character with it. Findings that overlap count as one alarm. For a kind of personal
data only detectors of that kind count, for recall and for precision.

## Goals

| figure | goal | open | sealed | both |
|---|---|---|---|---|
${goalRows(open, sealed, both)}

## Two families

The second family was written when the detectors reached their goals on the open part of the first and not on its sealed part: other
languages, files, tickets, chats, exports and letters. \`first run\` is what the detectors of that day found of it, before any of its open
items was looked at.

| figure | first family: open | sealed | second family, first run: open | sealed | today: open | sealed |
|---|---|---|---|---|---|---|
${familyRows(open, sealed)}

## By tier

| set and tier | open: recall | open: precision | sealed: recall | sealed: precision |
|---|---|---|---|---|
${tierRows(open, sealed)}

Of what was found, so much lies in findings in full, and a redaction would leave nothing of it: secrets ${percent(coverage(of(both, "secrets")))},
personal data ${percent(coverage(of(both, "personal")))}.

## Secrets by group

\`provider\` is a token whose form tells the issuer, \`keyed\` one that only a name beside it tells; the others are passwords and keys by
where they stand. \`hard\` is what a detector is expected to miss.

| group | open | sealed |
|---|---|---|
${groupRows(open, sealed)}

## Personal data by kind

| kind | open: recall | open: precision | sealed: recall | sealed: precision |
|---|---|---|---|---|
${kindRows(open, sealed)}

## False alarms of the open part

| class of look-alike | alarms | | detector | alarms |
|---|---|---|---|---|
${alarmRows(open)}

## Open misses

| kind | missed of | | class | missed of |
|---|---|---|---|---|
${missRows(open)}

## Clean code

${clean.megabytes.toFixed(1)} MB of popular npm packages at pinned versions, at most 1.05 MB of each, every finding taken for a false alarm.

| figure | value | goal | |
|---|---|---|---|
${cleanRows(clean)}

Detectors that alarm: ${clean.detectors.slice(0, ROWS_MAX).map(([name, count]) => `${name} ${count}`).join(", ") || "none"}.
`;
}

function sizeRows(open: readonly Judged[], sealed: readonly Judged[]): string {
  const row = (name: string, count: (part: readonly Judged[]) => number): string =>
    `| ${name} | ${count(open).toLocaleString("en-US")} | ${count(sealed).toLocaleString("en-US")} |`;
  return (["secrets", "personal"] as const)
    .flatMap((set) => [
      row(`${set}: labels`, (part) => of(part, set).flatMap(({ met }) => met).length),
      row(`${set}: lines that only look alike`, (part) => of(part, set).flatMap(({ item }) => item.lookAlikes).length),
    ])
    .join("\n");
}

function goalRows(
  open: readonly Judged[],
  sealed: readonly Judged[],
  both: readonly Judged[],
): string {
  const columns = [goalsOf(open), goalsOf(sealed), goalsOf(both)];
  return goalsOf(both)
    .map(({ name, least }, at) => {
      const cells = columns.map((goals) => {
        const goal = goals[at];
        return goal === undefined ? "" : `${percent(goal.share)}${isMet(goal) ? "" : " **missed**"}`;
      });
      return `| ${name} | ${least} | ${cells.join(" | ")} |`;
    })
    .join("\n");
}

/** Percent of the second family's open and sealed part on 2026-11-21, when it was committed, before a detector was changed. */
const FIRST_RUN: Readonly<Record<string, readonly [open: number, sealed: number]>> = {
  "secrets, all tiers: recall": [70.5, 65.3],
  "secrets, all tiers: precision": [91.6, 92.8],
  "secrets, tier high: precision": [100, 74.1],
  "mrn: recall": [59.6, 56.7],
  "mrn: precision": [100, 94.4],
  "dob: recall": [86.3, 82.4],
  "dob: precision": [99.6, 100],
};

function familyRows(open: readonly Judged[], sealed: readonly Judged[]): string {
  const goals = (part: readonly Judged[], family: string) =>
    new Map(
      goalsOf(part.filter(({ item }) => item.family === family)).map(({ name, share }) => [name, percent(share)]),
    );
  const [firstOpen, firstSealed] = [goals(open, "first"), goals(sealed, "first")];
  const [wideOpen, wideSealed] = [goals(open, "wide"), goals(sealed, "wide")];
  return Object.entries(FIRST_RUN)
    .map(([name, then]) => {
      const day = then.map((share) => `${share.toFixed(1)} %`).join(" | ");
      const columns = [firstOpen.get(name), firstSealed.get(name), day, wideOpen.get(name), wideSealed.get(name)];
      return `| ${name} | ${columns.join(" | ")} |`;
    })
    .join("\n");
}

function tierRows(open: readonly Judged[], sealed: readonly Judged[]): string {
  return (["secrets", "personal"] as const)
    .flatMap((set) =>
      (["high", "medium", "low"] as const).map((tier) => {
        const name = tier === "high" ? tier : tier === "medium" ? "medium and surer" : "all";
        return `| ${set}, ${name} | ${cells(ratesOf(of(open, set), tier))} | ${cells(ratesOf(of(sealed, set), tier))} |`;
      }),
    )
    .join("\n");
}

function groupRows(open: readonly Judged[], sealed: readonly Judged[]): string {
  const name = ({ item }: Judged, { span }: Judged["met"][number]): string =>
    span.group === "secret" ? item.about : span.group;
  const other = new Map(recallBy(of(sealed, "secrets"), name));
  return recallBy(of(open, "secrets"), name)
    .map(([group, recall]) => {
      const hidden = other.get(group) ?? { count: 0, of: 0 };
      return `| ${group} | ${percent(recall)} of ${recall.of} | ${percent(hidden)} of ${hidden.of} |`;
    })
    .join("\n");
}

function kindRows(open: readonly Judged[], sealed: readonly Judged[]): string {
  const kinds = new Set(of(open, "personal").flatMap(({ met }) => met.map(({ span }) => span.kind)));
  return [...kinds]
    .sort()
    .map((kind) => `| ${kind} | ${cells(ratesOfKind(of(open, "personal"), kind))} | ${cells(ratesOfKind(of(sealed, "personal"), kind))} |`)
    .join("\n");
}

function alarmRows(open: readonly Judged[]): string {
  const alarms = open.flatMap(({ item, alarms: all }) =>
    all.filter(({ isTrue }) => !isTrue).map((alarm) => ({ item, alarm })),
  );
  return beside(
    tally(alarms.map(({ item }) => `${item.set}: ${item.about}`)),
    tally(alarms.flatMap(({ alarm }) => alarm.detectors.map((name) => `\`${name}\``))),
  );
}

function missRows(open: readonly Judged[]): string {
  const missed = open.flatMap(({ item, met }) =>
    met.filter(({ tier }) => tier === undefined).map(({ span }) => ({ item, span })),
  );
  return beside(
    tally(missed.map(({ span }) => span.kind)),
    tally(missed.map(({ item, span }) => `${item.set}: ${span.group === "keyed" || span.group === "provider" ? span.group : item.about}`)),
  );
}

type Counts = readonly (readonly [name: string, count: number])[];

function beside(left: Counts, right: Counts): string {
  const rows = Math.min(ROWS_MAX, Math.max(left.length, right.length));
  const cell = (entry: readonly [string, number] | undefined): string =>
    entry === undefined ? " | " : `${entry[0]} | ${entry[1]}`;
  return Array.from({ length: rows }, (_, at) => `| ${cell(left[at])} | | ${cell(right[at])} |`).join("\n");
}

function cleanRows({ figures }: CleanResult): string {
  return figures
    .slice(1)
    .map(({ name, value, unit }) => {
      const most = CLEAN_MAX[name];
      const goal = most === undefined ? "- | " : `<= ${most} | ${value <= most ? "met" : "missed"}`;
      return `| ${name} | ${value.toFixed(2)} ${unit} | ${goal} |`;
    })
    .join("\n");
}

function cells({ recall, precision }: Rates): string {
  return `${percent(recall)} | ${percent(precision)}`;
}

function of(part: readonly Judged[], set: "secrets" | "personal"): readonly Judged[] {
  return part.filter(({ item }) => item.set === set);
}
