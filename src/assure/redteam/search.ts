// A search for a form of a case that gets through: words spelt otherwise and wrappings in one another, by chance and by what it learns.
import { chanceFrom } from "#base/chance.ts";
import { type Judging, LATE_RULE, type OpenCase, type Said } from "./case-run.ts";
import { spellingOf } from "./spellings.ts";
import { type Attack, type Family, isAsExpected } from "./suite.ts";
import { WRAPPINGS } from "./wrappings.ts";
import type { Wrapping } from "./wrappings/wrapping.ts";

/** Spellings of one command, and wrappings that lie in one another. */
const [SPELLINGS_MAX, DEPTH_MAX] = [3, 4];
const SALTS = 2 ** 20;
/** Characters of a form. A longer one takes long to judge, and has the same forms in it. */
const CHARS_MAX = 3_500;
/** Draws in a row that are known already or too long, after which there is nothing new to try. */
const DRAWS_MAX = 10_000;
/** Forms to go on from. */
const STARTS_MAX = 5_000;

/**
 * A form that was not stopped, with as little of it as still gets through, the outermost wrapping first. `said` is what was said to it in
 * a room of its own.
 */
export type Found = {
  readonly family: string;
  readonly id: string;
  readonly wrappings: readonly string[];
  readonly text: string;
  readonly said: Said;
};

/** `tried` forms are different ones, and each was judged. `late` of them were refused because judging took too long. */
export type SearchResult = {
  readonly tried: number;
  readonly denied: number;
  readonly asked: number;
  readonly late: number;
  readonly found: readonly Found[];
};

/** `command` is that of the last step. `room` has the steps before it behind it. */
type Target = {
  readonly family: Family;
  readonly attack: Attack;
  readonly command: string;
  readonly files: readonly string[];
  readonly room: () => Promise<Judging>;
};
/** What is done to the command, the outermost first. */
type Parts = readonly Wrapping[];

/**
 * Tries `budget` forms of the last command of the cases in turn. The same seed gives the same forms. `told` hears now and then how
 * many were tried. Half of them go on from a form that another rule stopped than any before: there the guard knew less. Forms that
 * end in the same smallest one are one finding.
 */
export async function searchForms(
  families: readonly Family[],
  open: OpenCase,
  {
    budget,
    seed,
    told = () => undefined,
  }: { readonly budget: number; readonly seed: number; readonly told?: (tried: number) => void },
): Promise<SearchResult> {
  const rooms: Judging[] = [];
  const targets = families.flatMap((family) =>
    family.cases.flatMap((attack) => targetOf(family, attack, roomOf(attack, open, rooms))),
  );
  const draw = drawing(targets, chanceFrom(seed));
  const found = new Map<string, Found>();
  const counts = { tried: 0, denied: 0, asked: 0, late: 0 };
  try {
    while (counts.tried < budget) {
      const form = draw.next();
      if (form === undefined) break;
      counts.tried += 1;
      told(counts.tried);
      const { target, parts } = form;
      const said = await (await target.room()).askAbout(form.text);
      draw.heard(form, said);
      if (said.rule === LATE_RULE) counts.late += 1;
      if (said.verdict === "deny") counts.denied += 1;
      else if (said.verdict === "ask") counts.asked += 1;
      if (isAsExpected(said.verdict, "stopped")) continue;
      const least = await smallest(target, parts);
      const ids = least.map(({ id }) => id);
      const { family, attack } = target;
      const kinds = ids.map((id) => id.split(".")[0]).join(" ");
      const text = formed(target.command, least);
      found.set(kinds === "" ? `${family.id}/${attack.id}` : kinds, {
        family: family.id,
        id: attack.id,
        wrappings: ids,
        text,
        said: await saidAnew(attack, text, open),
      });
    }
  } finally {
    for (const room of rooms) room.close();
  }
  return { ...counts, found: [...found.values()] };
}

/** A case whose last step is a command that has to be stopped; none for another. */
function targetOf(family: Family, attack: Attack, room: Target["room"]): readonly Target[] {
  const last = attack.steps.at(-1);
  if (last === undefined || !("run" in last) || !["stopped", "denied"].includes(last.expect))
    return [];
  const home = Object.keys(attack.home).map((name) => `~/${name}`);
  const files = [...Object.keys(attack.files), ...home];
  return [{ family, attack, command: last.run, files, room }];
}

/** The room of a case, opened once, when its first form is asked about. */
function roomOf(attack: Attack, open: OpenCase, rooms: Judging[]): Target["room"] {
  let opened: Promise<Judging> | undefined;
  const first = async (): Promise<Judging> => {
    const room = await open(attack);
    rooms.push(room);
    for (const step of attack.steps.slice(0, -1)) await room.judge(step);
    return room;
  };
  return () => (opened ??= first());
}

/** What is said where nothing was asked before. */
async function saidAnew(attack: Attack, text: string, open: OpenCase): Promise<Said> {
  const room = await open(attack);
  try {
    for (const step of attack.steps.slice(0, -1)) await room.judge(step);
    return await room.judge({ run: text, expect: "stopped" });
  } finally {
    room.close();
  }
}

type Form = { readonly target: Target; readonly parts: Parts; readonly text: string };

/** Draws forms that were not drawn before, and learns from what was said to them. */
function drawing(targets: readonly Target[], random: () => number) {
  const drawn = new Set<string>();
  const rules = new Set<string>();
  const starts: { readonly target: Target; readonly parts: Parts }[] = [];
  const pick = (count: number): number => Math.floor(random() * count);
  let turn = 0;
  const fresh = (target: Target): Parts => [
    ...Array.from({ length: pick(DEPTH_MAX + 1) }, () => wrapping(pick)),
    ...Array.from({ length: pick(SPELLINGS_MAX + 1) }, () => spellingOf(pick(SALTS), target.files)),
  ];
  const next = (): Form | undefined => {
    for (let tries = 0; tries < DRAWS_MAX && targets.length > 0; tries += 1) {
      const start = random() < 0.5 ? starts[pick(starts.length)] : undefined;
      const target = start?.target ?? targets[turn % targets.length];
      if (target === undefined) return undefined;
      const parts = start === undefined ? fresh(target) : changed(start.parts, target, pick);
      if (start === undefined) turn += 1;
      if (isLost(parts)) continue;
      const text = formed(target.command, parts);
      const key = `${target.family.id}/${target.attack.id} ${text}`;
      if (text.length > CHARS_MAX || drawn.has(key)) continue;
      drawn.add(key);
      return { target, parts, text };
    }
    return undefined;
  };
  const heard = ({ target, parts }: Form, { verdict, rule }: Said): void => {
    const key = `${target.family.id}/${target.attack.id} ${verdict} ${rule}`;
    if (rules.has(key) || rule === LATE_RULE || starts.length >= STARTS_MAX) return;
    rules.add(key);
    starts.push({ target, parts });
  };
  return { next, heard };
}

/** What only bash runs does no harm in another shell. */
function isLost(parts: Parts): boolean {
  const outer = parts.findIndex(({ id }) => id === "zsh");
  return outer !== -1 && parts.slice(outer).some(({ isOfBash }) => isOfBash === true);
}

/** One part more, one less, or another in its place. */
function changed(parts: Parts, target: Target, pick: (count: number) => number): Parts {
  const spelt = parts.findIndex(({ id }) => id.includes("."));
  const outer = spelt === -1 ? parts : parts.slice(0, spelt);
  const inner = spelt === -1 ? [] : parts.slice(spelt);
  const isInner = pick(2) === 0;
  const one = isInner ? spellingOf(pick(SALTS), target.files) : wrapping(pick);
  const list = isInner ? inner : outer;
  const at = pick(list.length + 1);
  const isKept = list.length < (isInner ? SPELLINGS_MAX : DEPTH_MAX) && pick(3) > 0;
  const now = [...list.slice(0, at), one, ...list.slice(isKept ? at : at + 1)];
  return isInner ? [...outer, ...now] : [...now, ...inner];
}

function wrapping(pick: (count: number) => number): Wrapping {
  const one = WRAPPINGS[pick(WRAPPINGS.length)];
  if (one === undefined) throw new Error("there are no wrappings");
  return one;
}

function formed(command: string, parts: Parts): string {
  return parts.reduceRight((inner, { wrap }) => wrap(inner), command);
}

/** Takes one part after the other away while the form still gets through. */
async function smallest(target: Target, parts: Parts): Promise<Parts> {
  const room = await target.room();
  let least = parts;
  for (let at = 0; at < least.length; ) {
    const fewer = least.filter((_, place) => place !== at);
    const { verdict } = await room.askAbout(formed(target.command, fewer));
    if (isAsExpected(verdict, "stopped")) at += 1;
    else least = fewer;
  }
  return least;
}
