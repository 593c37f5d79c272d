// Ways to weaken a machine's guard judged by what became of a session, in lines for a terminal, and as the page of results.
import type { Tried } from "./guarded-system.ts";
import type { Weakening } from "./weakenings.ts";

/**
 * `held`: the session goes on and is judged. `closed`: no call of it runs. `noticed`: it runs unjudged, and the machine tells of it.
 * `open`: none of these.
 */
export type Outcome = "held" | "closed" | "noticed" | "open";

export type JudgedWay = {
  readonly way: Weakening;
  readonly outcome: Outcome;
  readonly tried: Tried;
};

export function judgedWay(way: Weakening, tried: Tried): JudgedWay {
  const isJudged = !tried.leaked && (!tried.ran || tried.judged > 0);
  const outcome = isJudged
    ? tried.ran
      ? "held"
      : "closed"
    : tried.noticed.length > 0
      ? "noticed"
      : "open";
  return { way, outcome, tried };
}

const noticedText = ({ noticed }: Tried): string =>
  noticed.map(({ what, afterS }) => `${what} after ${afterS} s`).join(", ");

/** A way in a line for a terminal. */
export function lineOf({ way, outcome, tried }: JudgedWay): string {
  const { ran, leaked, judged } = tried;
  const facts = `ran ${ran}, secret ${leaked ? "out" : "kept"}, ${judged} judged`;
  return `${way.id}: ${outcome} (${facts}) ${noticedText(tried)}`.trimEnd();
}

export function weakeningsPage(
  ways: readonly JudgedWay[],
  { version, on }: { readonly version: string; readonly on: string },
): string {
  const count = (what: Outcome): number => ways.filter(({ outcome }) => outcome === what).length;
  const rows = ways.map(
    ({ way, outcome, tried }) =>
      `| ${way.title.replaceAll("|", "\\|")} | ${outcome} | ${tried.judged} | ${noticedText(tried)} |`,
  );
  return `# Ways to weaken the guard of a machine

What an ordinary account can try on a machine with [one guard for all accounts](../guide/deploying-a-policy.md#one-guard-for-all-accounts-of-a-machine), each tried with client ${version}: from the
package, with the one managed file of the guide, in a session that makes a harmless call and two that show a secret. This page is generated (${on}): \`npm run weakenings -- --write\` (root).

- *held*: the session goes on, its calls are judged, the secret is not shown.
- *closed*: no call of the session runs.
- *noticed*: calls run that nobody judges, and within the time given the service says so in its messages, in \`sudo sallyport machine noticed\` and in the account's record, where the detection
  \`client-without-guard\` fires.
- *open*: none of these.

${count("held")} are held, ${count("closed")} are closed, ${count("noticed")} are noticed, ${count("open")} are open.

| what is tried | outcome | calls judged | noticed |
|---|---|---:|---|
${rows.join("\n")}

## What nothing here stops
- **root.** Whoever is root on the machine takes the managed file, the service and the record away. A copy of the record elsewhere ([exporting](../guide/exporting.md)) shows that it ended.
- **A client that lies.** A hook's word that a session began is the account's word. A client that somebody changed, and that calls the hook for its start and for nothing else, is neither held nor noticed.
  So is any program of the account's own that does what a client does: an account can read its own files without a client.
- **Short sessions.** One that ends within ten seconds is not noticed as silent.
- **A program that the service cannot read**, on a file system that only the account may enter, under a name that is not the client's.
- **What ran before it was noticed.** Noticing takes up to a minute, and takes nothing back.
`;
}
