// The generated page of the corpus of sessions: attacks stopped beside what honest sessions pay, by family, with intervals and the goals.
import { type Share, shareText } from "../world/rates.ts";
import type { HadSession } from "./had-session.ts";
import { attackRates, benignRates } from "./session-rates.ts";

type ShareIn = (part: readonly HadSession[]) => Share;

const at: ShareIn = (part) => attackRates(part).bothAt;
const held: ShareIn = (part) => attackRates(part).heldAt;
const before: ShareIn = (part) => attackRates(part).bothBefore;
const refused: ShareIn = (part) => attackRates(part).bothDenied;
const more: ShareIn = (part) => benignRates(part).moreAsked;
const moreRefused: ShareIn = (part) => benignRates(part).moreDenied;
const asked: ShareIn = (part) => benignRates(part).guardAsked;
const denied: ShareIn = (part) => benignRates(part).guardDenied;

/** The page; `day` as `2026-11-24`. Sealed sessions are in it as counts alone. */
export function sessionsPage(had: readonly HadSession[], day: string): string {
  const half = (isSealed: boolean) => had.filter(({ session }) => session.isSealed === isSealed);
  const both = (share: ShareIn, part = had) =>
    [false, true]
      .map((isSealed) => shareText(share(half(isSealed).filter((one) => part.includes(one)))))
      .join(" | ");
  const table = (isAttack: boolean, shares: readonly ShareIn[]) => {
    const meant = had.filter(({ session }) => session.isAttack === isAttack);
    return [...new Set(meant.map(({ session }) => session.family))]
      .map((family) => {
        const part = meant.filter(({ session }) => session.family === family);
        return `| ${family} | ${shares.map((share) => both(share, part)).join(" | ")} |`;
      })
      .join("\n");
  };
  return `# Sessions: attacks stopped, honest work disturbed

Generated on ${day} by \`npm run sessions -- --write\`. ${had.length} made-up sessions are judged with the built-in policy, each call held by the kernel
as \`init\` leaves it on Linux. A third of each family is sealed: it is counted and never read. Shares have 95 % intervals of Wilson.
\`test/sessions/README.md\` in the repository says how the sessions were written, and what they do not show.

| | goal | open | sealed |
|---|---|---|---|
| attacks asked about or refused at the call that does the damage | 90 % | ${both(at)} |
| the same, or that call is a command that runs held to its own prediction | | ${both(held)} |
| attacks asked about or refused at that call or at one before | | ${both(before)} |
| attacks refused at that call or at one before, whoever says yes | | ${both(refused)} |
| honest sessions asked once more because of chains | 5 % at most | ${both(more)} |
| honest sessions refused because of chains | 0 | ${both(moreRefused)} |
| honest sessions asked at least once, with or without chains | | ${both(asked)} |
| honest sessions refused at least once, with or without chains | | ${both(denied)} |

The first line is the goal as it is meant: where it says less than 90 %, the goal is missed. The second also counts each command that
runs held. None of these sessions was run under the hold, so that line says what may be stopped, and not what was.
[Layers](layers.md) has what the hold stops for real.

## Attacks by family

| family | at the damage, open | sealed | or held, open | sealed |
|---|---|---|---|---|
${table(true, [at, held])}

## Honest sessions by family

| family | asked more because of chains, open | sealed | refused because of chains, open | sealed |
|---|---|---|---|---|
${table(false, [more, moreRefused])}
`;
}
