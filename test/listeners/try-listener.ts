// All attempts on one listener: what another user hears, whether its owner is answered meanwhile, and what the record says of it.
import {
  ATTEMPTS,
  type AttemptName,
  OUTCOMES,
  type Outcome,
  outcomeOf,
  triesOf,
} from "./attempts.ts";
import { floodAsNobody } from "./flood.ts";
import type { Household } from "./household.ts";
import { type ListenerStand, raw, STANDS } from "./listener-stands.ts";
import { asNobody } from "./other-user.ts";

/** Connections of another user at once, fewer than its share anywhere. */
const WIDTH = 6;
const FLOOD = 512;
const REQUESTS = 1_000;
const REQUESTS_WIDTH = 12;
const ASKED_TIMES = 5;

/** What came of an attempt on a listener: the worst of its connections. */
export type Row = {
  readonly listener: string;
  readonly attempt: AttemptName | "record";
  readonly outcome: Outcome | "starved" | "known" | "unknown";
  readonly connections: number;
  readonly why: string;
};

/** Opens a listener and tries all on it, or the named attempts alone. */
export async function tryListener(
  name: string,
  household: Household,
  only: readonly AttemptName[] = Object.keys(ATTEMPTS) as AttemptName[],
): Promise<readonly Row[]> {
  const open = STANDS[name];
  if (open === undefined) throw new Error(`there is no stand for the listener \`${name}\``);
  const stand = await open(household);
  try {
    const before = await stand.ask();
    const rows = await triedOnce(name, stand, only);
    const after = await stand.ask();
    if (after !== before)
      rows.push({
        listener: name,
        attempt: "no token",
        outcome: "starved",
        connections: 1,
        why: `its owner is answered ${after} in place of ${before}`,
      });
    if (only.includes("many requests")) rows.push(await manyRequests(name, stand));
    if (only.includes("many connections")) {
      rows.push(await manyConnections(name, stand));
      if (stand.told !== undefined) rows.push(await onRecord(name, stand.told));
    }
    return rows;
  } finally {
    await stand.close();
  }
}

async function triedOnce(
  listener: string,
  stand: ListenerStand,
  only: readonly AttemptName[],
): Promise<Row[]> {
  const tries = triesOf(stand).filter(({ attempt }) => only.includes(attempt));
  const secrets = stand.secrets();
  const [quick, slow] = [false, true].map((isSlow) => tries.filter((one) => one.isSlow === isSlow));
  const [first, second] = await Promise.all([
    asNobody(quick ?? [], WIDTH),
    asNobody(slow ?? [], slow?.length ?? 1),
  ]);
  const heard = new Map([...first, ...second]);
  const found = new Map<AttemptName, Row>();
  for (const one of tries) {
    const { outcome, why } = outcomeOf(one, heard.get(one.id), secrets);
    const at =
      one.asking === undefined || outcome === "refused"
        ? ""
        : `${one.asking.method} ${one.asking.path}: `;
    const known = found.get(one.attempt);
    const isWorse = known === undefined || worseness(outcome) > worseness(known.outcome);
    found.set(one.attempt, {
      listener,
      attempt: one.attempt,
      connections: (known?.connections ?? 0) + 1,
      outcome: isWorse ? outcome : known.outcome,
      why: isWorse ? `${at}${why}` : known.why,
    });
  }
  return [...found.values()];
}

const worseness = (outcome: Row["outcome"]) => OUTCOMES.findIndex((one) => one === outcome);

/** WHY those without a token: that is what another user has. */
async function manyRequests(listener: string, stand: ListenerStand): Promise<Row> {
  const host = stand.host ?? `127.0.0.1:${stand.port}`;
  const [asking = { method: "GET", path: "/" }] = stand.askings.filter(
    ({ method }) => method === "POST",
  );
  const said = Array.from({ length: REQUESTS }, (_, at) => ({
    id: `request ${at}`,
    port: stand.port,
    watchMs: 10_000,
    tls: stand.tls ? ("http/1.1" as const) : undefined,
    parts: [{ text: raw(host, asking), afterMs: 0 }],
  }));
  const before = await stand.ask();
  const flood = asNobody(said, REQUESTS_WIDTH);
  const during = await askedTimes(stand);
  await flood;
  const after = await askedTimes(stand);
  return answeredRow(listener, "many requests", REQUESTS, before, [...during, ...after]);
}

async function manyConnections(listener: string, stand: ListenerStand): Promise<Row> {
  const before = await stand.ask();
  const flood = await floodAsNobody(stand.port, FLOOD);
  try {
    return answeredRow(listener, "many connections", FLOOD, before, await askedTimes(stand));
  } finally {
    await flood.end();
  }
}

async function askedTimes(stand: ListenerStand): Promise<string[]> {
  const answers: string[] = [];
  for (let count = 0; count < ASKED_TIMES; count += 1)
    answers.push(await stand.ask().catch((cause: unknown) => String(cause)));
  return answers;
}

function answeredRow(
  listener: string,
  attempt: AttemptName,
  connections: number,
  expected: string,
  answers: readonly string[],
): Row {
  const other = answers.filter((answer) => answer !== expected);
  const [first = ""] = other;
  return {
    listener,
    attempt,
    connections,
    outcome: other.length === 0 ? "refused" : "starved",
    why:
      other.length === 0
        ? `its owner was answered ${answers.length} times`
        : `its owner was answered \`${first}\` ${other.length} times of ${answers.length}`,
  };
}

/** Whether the person or the record was told that somebody was turned away. */
async function onRecord(listener: string, read: () => Promise<string>): Promise<Row> {
  const told = await read();
  const isKnown = /refused|rejected|busy|turned away/i.test(told);
  return {
    listener,
    attempt: "record",
    outcome: isKnown ? "known" : "unknown",
    connections: 0,
    why: isKnown ? "" : "nothing is said of who was turned away",
  };
}
