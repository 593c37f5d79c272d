// The page of the tamper campaign: what was changed how often, what was found, and which stored bytes do not matter and why.
import type { Tally } from "./campaign.ts";
import type { MutationKind } from "./mutations.ts";
import type { AttackKind, AttackTally } from "./own-key-attacks.ts";

const KINDS: Readonly<Record<MutationKind, string>> = {
  flip: "one bit of a file",
  drop: "a file removed",
  swap: "two entries, hashes, frames or lines exchanged",
  truncate: "a file cut short",
  append: "three bytes at the end of a file",
  replay: "a file replaced by what lay there earlier, or lies elsewhere",
  packed:
    "a packed bundle unpacked, changed and packed again, or a changed plain one put beside it",
  proof: "a proof file changed",
  stray: "a file put in that is none of the log",
  "rollback-log": "the whole log put back to an earlier valid state",
  "rollback-all": "log and key store together put back to an earlier valid state",
};
const ATTACKS: Readonly<Record<AttackKind, string>> = {
  rewrite: "one entry replaced, all hashes made anew, signed",
  truncation: "the end cut off, signed",
  fork: "other entries from some place on, signed",
};

export type TamperRun = {
  readonly tallies: readonly Tally[];
  readonly misses: readonly string[];
  readonly attacks: readonly AttackTally[];
  readonly seeds: readonly number[];
  readonly date: string;
};

/** The page as Markdown. */
export function tamperPage({ tallies, misses, attacks, seeds, date }: TamperRun): string {
  const sum = (count: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + count(tally), 0);
  const tried = sum((tally) => tally.tried);
  const attacked = attacks.reduce((total, tally) => total + tally.tried, 0);
  const rows = tallies.map(
    (tally) =>
      `| ${KINDS[tally.kind]} | ${tally.tried} | ${tally.found} | ${tally.byWitness} | ${tally.named} of ${tally.placed} | ${tally.agreed} |`,
  );
  const attackRows = attacks.map(
    (tally) =>
      `| ${ATTACKS[tally.kind]} | ${tally.tried} | ${tally.foundHere} | ${tally.foundByWitness} | ${tally.refused} | ${tally.agreed} |`,
  );
  return `# Tampering with the log

Made by \`npm run tamper -- ${tried} ${seeds[0]} --write\` on ${date}; a sample of it runs with the tests. Three logs of the real writer, witnessed,
one of them with a changed key and entries removed on record, one with a changed key and [packed](../guide/keeping-the-log.md) bundles, are changed at random,
${tried} times (seeds ${seeds.join(", ")}), ${sum((tally) => tally.inPacked)} of them in packed bundles. Each time
\`sallyport log verify\`'s verifier and the [verifier in Python](../verifier/verify_log.py), which shares no code with it, say what they find.
*Named*: of the changes inside an entry or a hash of one, how many were named by the first entry that is not what it was.
*Python agrees*: the same verdict, and the same first entry.

| change | tried | found | of these only against the witness's checkpoint | named | Python agrees |
|---|---|---|---|---|---|
${rows.join("\n")}
| **all** | **${tried}** | **${sum((tally) => tally.found)}** | **${sum((tally) => tally.byWitness)}** | **${sum((tally) => tally.named)} of ${sum((tally) => tally.placed)}** | **${sum((tally) => tally.agreed)}** |

${misses.length === 0 ? "Nothing was missed, misnamed or judged differently." : `Missed, misnamed or judged differently: ${misses.length}.`}

## With the log's own key

${attacked} times another log is made and signed with the log's own key, as somebody can who took over the user's account. What lies here is then whole in itself.
**Nothing on this machine finds that.** The checkpoint that a witness cosigned last does, and the witness refuses to cosign the other log.

| attack | tried | found here | found against the witness's checkpoint | refused by the witness | Python agrees |
|---|---|---|---|---|---|
${attackRows.join("\n")}

## What can be changed without being found, and why

- **Partial files of earlier sizes can go** (\`*.p/<width>\` below the newest width). They serve readers that hold an older checkpoint; all they say stands in
  the newer file. Changed ones are found.
- **Whole entries at the end of the journal can go.** No checkpoint covers them yet: the last second before a crash. Changed or torn ones are found.
- **Up to seven bits of a packed bundle**, which fill the last byte of its compressed data before the sum. The entries that come out of it are the same ones.
- **An older cosigned checkpoint in place of the newest.** It is true, and the witness has the newest: \`log verify --witness\` asks it.
- **\`lock\`, names that begin with \`.tmp-\`, and the spool** are no part of the record: who writes, what is being written, and what has not arrived.
- **Cosignatures, where no witness is named.** Without \`--witness-key\` nobody can judge them; the campaign names it.
- **Everything, with the key and no witness**: the table above.
`;
}
