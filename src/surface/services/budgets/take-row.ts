// Rows of a transcript taken into the ledger.
import type { Prices, Usage } from "#assure/past/prices.ts";
import { localDay } from "./calendar-days.ts";
import type { SpentRow } from "./follow-transcript.ts";
import {
  accountOf,
  agentIn,
  count,
  forgetOldest,
  type Ledger,
  type Message,
  settle,
  type Spender,
} from "./ledger.ts";
import { addSums, valueOf } from "./sums.ts";

/** Messages that may still come again in a further row, of one session. */
const MESSAGES_MAX = 64;

/** Takes a row of the session's transcript. Rows of one message add up to what the largest of them told. */
export function takeRow(
  ledger: Ledger,
  spender: Spender,
  row: SpentRow,
  { prices, nowMs }: { readonly prices: Prices; readonly nowMs: number },
): void {
  // A session that goes on with another one may have that one's rows.
  if (row.session !== undefined && row.session !== spender.session) return;
  const account = accountOf(ledger, spender, nowMs);
  const { told } = row;
  const day = row.timeMs === undefined ? undefined : localDay(Math.min(row.timeMs, nowMs));
  const at = { nowMs, ...(day === undefined ? {} : { day }) };
  if (told.kind === "cost") {
    account.told.usd = Math.max(account.told.usd, told.usd);
    settle(ledger, spender, account, at);
    return;
  }
  const agent = row.agent === "" ? spender.agent : row.agent;
  const isNew = !Object.hasOwn(account.messages, told.id);
  const message = valueOf(account.messages, told.id, () => ({ usd: 0, unpriced: 0, tokens: 0 }));
  const now = messageOf(told.usage, prices);
  const tokens = Math.max(0, now.tokens - message.tokens);
  const usd = Math.max(0, now.usd - message.usd);
  const unpriced = Math.max(0, now.unpriced - message.unpriced);
  message.usd += usd;
  message.unpriced += unpriced;
  message.tokens += tokens;
  forgetOldest(account.messages, MESSAGES_MAX);
  account.read.usd += usd;
  account.read.unpriced += unpriced;
  if (isNew) account.read.requests += 1;
  count(ledger, { ...spender, agent }, { tokens }, at);
  if (agent !== undefined && agent !== "") addSums(agentIn(account, agent), { usd, unpriced });
  settle(ledger, spender, account, at);
}

function messageOf(usage: Usage, prices: Prices): Message {
  const { input, output, cacheWrite5m, cacheWrite1h, cacheRead } = usage;
  const usd = prices.costOf(usage);
  return {
    usd: usd ?? 0,
    unpriced: usd === undefined ? 1 : 0,
    tokens: input + output + cacheWrite5m + cacheWrite1h + cacheRead,
  };
}
