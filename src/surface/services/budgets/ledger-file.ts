// The ledger of budgets on disk: written by the daemon alone, read by it, by command hooks and by `sallyport budget`.
import * as v from "valibot";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { emptyLedger, type Ledger } from "./ledger.ts";

const VERSION = 1;
const number = v.pipe(v.number(), v.finite(), v.minValue(0));
const day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));
const sums = v.strictObject({
  usd: number,
  unpriced: number,
  tokens: number,
  calls: number,
  ms: number,
});
const named = v.record(v.string(), sums);
const ledgerSchema = v.strictObject({
  version: v.literal(VERSION),
  days: v.strictObject({
    day: v.union([v.literal(""), day]),
    days: v.record(day, named),
    back: v.optional(v.strictObject({ from: day, since: named })),
  }),
  sessions: v.record(
    v.string(),
    v.strictObject({
      project: v.string(),
      sums,
      read: v.strictObject({ usd: number, unpriced: number, requests: number }),
      told: v.strictObject({ usd: number, requests: number }),
      agents: named,
      kinds: v.record(v.string(), v.string()),
      loop: v.optional(
        v.strictObject({ tool: v.string(), times: number, calls: number, usd: number }),
      ),
      files: v.record(
        v.string(),
        v.strictObject({ offset: number, lastMs: number, isWithin: v.boolean(), unread: number }),
      ),
      messages: v.record(
        v.string(),
        v.strictObject({ usd: number, unpriced: number, tokens: number }),
      ),
      lastMs: number,
    }),
  ),
  told: v.record(v.string(), number),
  yes: v.record(v.string(), number),
});

/** What is stored; nothing where there is no file, or one that cannot be read, which `say` hears of. */
export function readLedger(file: string, say: (line: string) => void = () => undefined): Ledger {
  try {
    const text = readPrivateFile(file, { secret: false });
    if (text === undefined) return emptyLedger();
    const { days, told, yes, sessions } = v.parse(ledgerSchema, JSON.parse(text));
    const accounts = Object.entries(sessions).map(
      ([name, account]) => [name, { ...account, loop: account.loop }] as const,
    );
    return {
      days: { ...days, back: days.back },
      sessions: Object.fromEntries(accounts),
      told,
      yes,
    };
  } catch {
    // WHY not refused: every call of every project would be, and a transcript is read again from its beginning.
    say(`what was spent under budgets is counted anew: \`${file}\` cannot be read`);
    return emptyLedger();
  }
}

/** Replaces the file. Throws what the disk says. */
export function writeLedger(file: string, ledger: Ledger): void {
  writePrivateFile(file, `${JSON.stringify({ version: VERSION, ...ledger })}\n`);
}
