// The report on past sessions for people: one page of sections, as lines for a terminal and as one file of HTML.
import { clipped } from "#base/clipped.ts";
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import { escapeMarkup, htmlPage } from "../posture/forms/markup.ts";
import type { PastReport } from "./past-report.ts";

/** Entries of a section on the page; `--json` has more. */
const SHOWN_MAX = 8;
const COMMAND_CHARS_MAX = 100;

/** A line of a section: what stands out at its left, what it says, and what belongs below it. */
type Entry = {
  readonly mark: string;
  readonly text: string;
  readonly more?: readonly string[];
  readonly isGrave?: boolean;
};
export type Section = {
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly notes: readonly string[];
};

/** The page, without a form: a headline, and sections in the order in which they matter. */
export function pastSections(report: PastReport): {
  readonly headline: readonly string[];
  readonly sections: readonly Section[];
} {
  const { calls, sessions, files, firstDay, lastDay, verdicts, policy, held, passages } = report;
  if (calls === 0)
    return {
      headline: [`no calls in this period, in ${counted(files, "transcript")}`],
      sections: [troubles(report)],
    };
  const from = firstDay === lastDay ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
  return {
    headline: [
      `${counted(calls, "call")} in ${counted(sessions, "session")} ${from}, judged by ${policy.id} ${policy.digest.slice(0, 12)}`,
      `${passages.ran} ran, ${passages.rejected} were rejected at the time${passages.unfinished === 0 ? "" : `, of ${passages.unfinished} the end is not there`}`,
      `of those that were not rejected, sallyport would have refused ${verdicts.deny} and asked about ${verdicts.ask}`,
      held
        ? "commands judged as in the sandbox that each would run in here"
        : "commands judged as without a sandbox: each that runs code of the project is a question",
    ],
    sections: [
      restricted(report, "deny"),
      restricted(report, "ask"),
      reached(report),
      destroyed(report),
      hosts(report),
      questions(report),
      cost(report),
      setting(report),
      troubles(report),
      { title: "What nobody can know afterwards", entries: [], notes: report.notKnown },
    ],
  };
}

function days({ firstDay, lastDay }: { readonly firstDay: string; readonly lastDay: string }) {
  return firstDay === lastDay ? firstDay : `${firstDay} to ${lastDay}`;
}

function cut(text: string): string {
  return clipped(text.replaceAll(/\s+/g, " ").trim(), COMMAND_CHARS_MAX);
}

function rest(all: number, what: string): readonly string[] {
  return all > SHOWN_MAX
    ? [`${counted(all - SHOWN_MAX, `more ${what}`)}: \`--json\` has them`]
    : [];
}

function restricted(report: PastReport, verdict: "deny" | "ask"): Section {
  const all = report.restricted.filter((one) => one.verdict === verdict);
  const done = verdict === "deny" ? "refused" : "asked about";
  return {
    title: `Ran, and would have been ${done}: ${report.verdicts[verdict]}`,
    entries: all.slice(0, SHOWN_MAX).map((one) => ({
      mark: `${one.calls} x`,
      text: `${one.tool === "Bash" ? "" : `${one.tool} `}${cut(one.command)}`,
      isGrave: verdict === "deny",
      more: [
        `because ${one.why}`,
        `${one.project}, ${days(one)}`,
        ...(one.instead === null ? [] : [`instead: ${one.instead}`]),
      ],
    })),
    notes: all.length === 0 ? ["none"] : rest(all.length, "form"),
  };
}

function reached(report: PastReport): Section {
  const { reached: all, unscanned } = report;
  return {
    title: "Secrets and personal data that reached the model",
    entries: all.slice(0, SHOWN_MAX).map((one) => ({
      mark: counted(one.values, "value"),
      text: `${one.title}${one.tier === "high" ? "" : " (likely)"}, by ${one.via}`,
      isGrave: one.family === "secret",
      more: [`${one.project}, ${days(one)}, ${counted(one.calls, "time")}`],
    })),
    notes: [
      ...(all.length === 0 ? ["none found"] : rest(all.length, "kind")),
      ...(unscanned === 0 ? [] : [`${counted(unscanned, "text")} not looked through in full`]),
    ],
  };
}

const UNDO_WORDS = {
  copies: "`sallyport undo` would have had a copy of what the project held",
  reflog: "git keeps it in the reflog for a while",
  tools: "tools make it again",
  nothing: "nothing could have brought it back",
  unknown: "which place it was cannot be told",
} as const;

function destroyed({ destroyed: all }: PastReport): Section {
  return {
    title: "Destructive acts, and whether they could be undone",
    entries: all.slice(0, SHOWN_MAX).map((one) => ({
      mark: `${one.calls} x`,
      text: `${one.what}: ${cut(one.command)}`,
      isGrave: one.undo === "nothing",
      more: [UNDO_WORDS[one.undo], `${one.project}, ${days(one)}`],
    })),
    notes: all.length === 0 ? ["none"] : rest(all.length, "form"),
  };
}

function hosts({ hosts: all, hostsUntold }: PastReport): Section {
  return {
    title: "Hosts that calls may have reached",
    entries: all.slice(0, SHOWN_MAX).map(({ host, purpose, calls, lastDay }) => ({
      mark: `${calls} x`,
      text: `${host}${purpose === null ? "" : ` (${purpose})`}, last on ${lastDay}`,
    })),
    notes: [
      ...(all.length === 0 && hostsUntold === 0 ? ["none"] : rest(all.length, "host")),
      ...(hostsUntold === 0
        ? []
        : [`${counted(hostsUntold, "call")} may have reached a host that cannot be told`]),
    ],
  };
}

function questions({ questions: asked, calls }: PastReport): Section {
  const { told, untold, yes, no, fresh, would } = asked;
  const all = yes + no;
  const older =
    untold === 0
      ? []
      : [`of ${untold} of ${calls} calls the transcripts do not say whether somebody was asked`];
  if (told === 0) return { title: "Questions", entries: [], notes: older };
  return {
    title: "Questions",
    entries: [
      {
        mark: String(all),
        text: `asked by the client: ${yes} answered yes, ${no} no`,
      },
      { mark: String(would.allow), text: "of them sallyport would have answered itself" },
      { mark: String(would.deny), text: "of them it would have refused" },
      {
        mark: String(would.ask + would.abstain),
        text: "of them would have stayed questions",
      },
      { mark: String(fresh), text: "calls ran unasked that it would have asked about" },
    ],
    notes: older,
  };
}

/** Dollars as people read them; `?` where the price is not known. */
function usd(amount: number | null): string {
  if (amount === null) return "?";
  return amount > 0 && amount < 0.01 ? "<$0.01" : `$${amount.toFixed(2)}`;
}

function cost({ cost: sum }: PastReport): Section {
  const { rows, pricesAsOf, client, knownUsd, unpricedRequests } = sum;
  const whole =
    unpricedRequests === 0
      ? usd(knownUsd)
      : `${usd(knownUsd)} and ? for ${counted(unpricedRequests, "request")} without a known price`;
  return {
    title: `Cost: ${rows.length === 0 ? "no requests" : whole}`,
    entries: rows.slice(0, SHOWN_MAX).map((row) => ({
      mark: usd(row.usd),
      text: `${row.project}, ${row.model}`,
      more: [
        `${counted(row.requests, "request")}, ${thousands(row.inputTokens)} in, ${thousands(row.outputTokens)} out, cache ${thousands(row.cacheWriteTokens)} written, ${thousands(row.cacheReadTokens)} read`,
      ],
    })),
    notes: [
      ...rest(rows.length, "row"),
      `prices of ${pricesAsOf}, as the client counts; not your invoice`,
      ...(client === null
        ? []
        : [
            `the client itself counted ${usd(client.usd)} in ${counted(client.sessions, "session")}`,
          ]),
    ],
  };
}

function thousands(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000
    ? `${(count / 1_000).toFixed(1)}k`
    : `${(count / 1_000_000).toFixed(1)}M`;
}

function setting({ setting: first, settings }: PastReport): Section {
  const spares = settings.find(({ effect }) => effect === "spares");
  const asks =
    spares === undefined || spares === first
      ? []
      : [`the rule that would ask most: ${spares.setting}, ${counted(spares.calls, "call")}`];
  if (first === null)
    return { title: "The setting that would change most", entries: [], notes: ["none"] };
  return {
    title: "The setting that would change most",
    entries: [
      {
        mark: counted(first.calls, "call"),
        text: first.setting,
        more: [first.why],
      },
    ],
    notes: asks,
  };
}

function troubles({ trouble, omitted }: PastReport): Section {
  const entries = trouble.map(({ what, count, example }) => ({
    mark: String(count),
    text: `${what}${example === null ? "" : `, such as in ${example}`}`,
  }));
  return {
    title: "What could not be read",
    entries,
    notes: [
      ...(entries.length === 0 ? ["nothing"] : []),
      ...(omitted === 0 ? [] : [`${counted(omitted, "call")} beyond what is kept apart`]),
    ],
  };
}

/** The page for a terminal. Nothing foreign in it steers one. */
export function pastText(report: PastReport): string {
  const { headline, sections } = pastSections(report);
  const lines = [...headline];
  for (const { title, entries, notes } of sections) {
    lines.push("", title);
    const width = Math.max(6, ...entries.map(({ mark }) => mark.length));
    for (const { mark, text, more = [] } of entries) {
      lines.push(`  ${mark.padStart(width)}  ${text}`);
      for (const line of more) lines.push(`  ${"".padStart(width)}    ${line}`);
    }
    for (const note of notes) lines.push(`  ${note}`);
  }
  return [
    ...lines,
    "",
    "next: `sallyport init` in a project guards it from now on; `sallyport explain 'COMMAND'` says why one is judged so",
  ]
    .map(printable)
    .join("\n");
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; } td { padding: .25rem .6rem .25rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; text-align: right; width: 6rem; font-variant-numeric: tabular-nums; }
tr { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.grave td:first-child { border-left: 4px solid #c33; }
.text { font-family: ui-monospace, monospace; font-size: .9rem; } .more { opacity: .75; font-size: .9rem; } p { margin: .2rem 0; }
`;

/** The page as one file: nothing is loaded, nothing runs, every text in it is escaped. */
export function pastPage(report: PastReport): string {
  const { headline, sections } = pastSections(report);
  const title = "Past sessions, as sallyport would have judged them";
  const body = [`<h1>${title}</h1>`, ...headline.map((line) => `<p>${escapeMarkup(line)}</p>`)];
  for (const { title: head, entries, notes } of sections) {
    body.push(`<h2>${escapeMarkup(head)}</h2>`);
    if (entries.length > 0) {
      body.push("<table>");
      for (const { mark, text, more = [], isGrave = false } of entries) {
        const below = more.map((line) => `<div class="more">${escapeMarkup(line)}</div>`).join("");
        body.push(
          `<tr${isGrave ? ' class="grave"' : ""}><td>${escapeMarkup(mark)}</td><td><span class="text">${escapeMarkup(text)}</span>${below}</td></tr>`,
        );
      }
      body.push("</table>");
    }
    body.push(...notes.map((note) => `<p class="more">${escapeMarkup(note)}</p>`));
  }
  return htmlPage(title, STYLE, body);
}
